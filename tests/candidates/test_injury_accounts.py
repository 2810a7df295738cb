"""How injuries happened, told in free words: 120 short notes with their external cause codes.

They were written and coded apart from the rules that read them (``injury_accounts.jsonl``); 80 were read while the
rules were written, ``cd-*`` only afterwards. ``pytest -s`` prints the shares.
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from suggester.encounter import Encounter
from suggester.engine import LanguageSide

_GROUPS = {"Y92": "places", "Y93": "activities"}
#: Least share of the codes of a group that are candidates.
_FLOORS = {"causes": 0.70, "places": 0.62, "activities": 0.62}


@pytest.fixture(scope="module")
def shares(language: LanguageSide) -> dict[str, tuple[int, int]]:
    """Return for each group how many codes are candidates, and how many there are."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    path = Path(__file__).with_name("injury_accounts.jsonl")
    for row in map(json.loads, path.read_text("utf-8").splitlines()):
        mapping = {key: row[key] for key in ("id", "text", "setting")}
        found = {
            c.code for c in language.read(Encounter.from_mapping(mapping, row["id"])).candidates
        }
        for code in row["codes"]:
            group = counts[_GROUPS.get(code[:3], "causes")]
            group[0] += not found.isdisjoint({code, *row.get("also", {}).get(code, ())})
            group[1] += 1
    return {group: (hit, every) for group, (hit, every) in counts.items()}


@pytest.mark.parametrize("group", sorted(_FLOORS))
def test_what_free_words_tell_becomes_a_candidate(
    group: str, shares: dict[str, tuple[int, int]]
) -> None:
    hit, every = shares[group]
    sys.stdout.write(f"{group}: {hit} of {every} = {hit / every:.2f}\n")
    assert every >= 40
    assert hit / every >= _FLOORS[group]
