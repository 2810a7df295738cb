"""Three invented encounters to try the workbench with."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files

from suggester.encounter import Encounter


@cache
def examples() -> tuple[Encounter, ...]:
    """Return the example encounters."""
    text = files("suggester.web").joinpath("examples.jsonl").read_text("utf-8")
    return tuple(
        Encounter.from_mapping(json.loads(line), f"example {number}")
        for number, line in enumerate(text.splitlines(), 1)
    )
