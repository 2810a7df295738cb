"""What is not coded beside something else (ICD-10-PCS Official Guidelines, B3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

T = TypeVar("T")


@lru_cache(maxsize=1)
def _rules() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    text = files("suggester.candidates").joinpath("data/pcs_part_of.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:] if line.strip())
    return tuple((re.compile(part), re.compile(whole)) for part, whole, *_ in rows)


def without_parts_of_others(found: Sequence[T], code_of: Callable[[T], str]) -> list[T]:
    """Return the codes that stand beside the others, in their order.

    An inspection, an incision or the like is left out where the procedure it is part of is coded:
    the rules are those of ``data/pcs_part_of.tsv``.
    """
    codes = [code_of(one) for one in found]
    return [
        one
        for one, code in zip(found, codes, strict=True)
        if not any(
            part.match(code) and any(whole.match(other) for other in codes if other != code)
            for part, whole in _rules()
        )
    ]
