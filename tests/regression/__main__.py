"""Write the table of known failures anew: ``python -m tests.regression``."""

from __future__ import annotations

from collections import Counter

from suggester import Suggester
from tests.regression.failures import HEADER, KNOWN, ROOT, find_failures

failures = find_failures(Suggester.load(ROOT / "models" / "default"))
KNOWN.write_text("\n".join([HEADER, *(f.line() for f in failures)]) + "\n", "utf-8")
for cause, number in Counter(failure.cause for failure in failures).most_common():
    print(f"{number:4}  {cause}")  # noqa: T201
