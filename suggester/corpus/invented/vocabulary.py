"""The codes of invented notes and the words for them: titles, phrases of the lexicon, house habits."""

from __future__ import annotations

import itertools
import random
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from suggester.errors import InputError
from suggester.lexicon import load_lexicon

if TYPE_CHECKING:
    from suggester.codes import CodeSet

#: Chapters that fit only some patients (pregnancy, newborns) or need a story (external causes).
_LEFT_OUT = frozenset("OPVWXY")
#: Chapters of many everyday phrases, which would else hold most of the frequent codes.
_LESS_LIKELY = {"R": 4, "Z": 8}
_LATER_ENCOUNTER = re.compile(r"[ST].{6}[DS]")
_FIRST_HALVES = (
    "amber birch cedar copper coral dune ember fern flint garnet gull harbor hazel heron indigo "
    "ivory jade juniper kelp lark laurel linden lotus maple marble meadow moss myrtle nettle oak "
    "ochre olive onyx opal osprey pearl pebble pine plum poppy quartz quill raven reed river robin "
    "rowan ruby rush saffron sage sand shale slate sorrel spruce stork swift tansy teal thistle "
    "thrush topaz tulip umber velvet vine violet walnut wheat willow wren yarrow zinnia"
).split()
_SECOND_HALVES = (
    "arch bank bay beck bell bridge brook cliff cove crest croft dale dell down edge fall field "
    "ford forge gate glade glen grove hall haven heath hill holt keep lake land lea ledge lock "
    "loom march mead mill moor mount nook path peak point pool port ridge rise run shore side "
    "spring stead stone strand tarn vale wake way weir well wick wood yard"
).split()
_HABIT_KINDS = ("pathway", "protocol", "bundle", "order set", "rounds", "program")


@dataclass(frozen=True, slots=True)
class Worded:
    """A code with what notes call it; ``habit`` is the house's own name, or empty."""

    code: str
    phrases: tuple[str, ...]
    habit: str


def vocabulary(codes: CodeSet, number: int, habits: float, seed: int) -> list[Worded]:
    """Return ``number`` codes, the most frequent first, of which a share has a house habit.

    Codes with many phrases in the lexicon tend to come first. A habit is a word that stands for one
    code in every note and that no title or phrase holds, such as ``amberford pathway``.

    Raises
    ------
    InputError
        There are not so many codes.
    """
    rng = random.Random(f"{seed}:codes")
    phrases = _phrases()
    able = [code for code in codes.codes if codes.is_billable(code) and _fits(code)]
    if number > len(able):
        raise InputError(f"--codes can be {len(able):,} at most.")
    weight = {
        code: -rng.random() * (1 + len(phrases.get(code, ()))) / _LESS_LIKELY.get(code[0], 1)
        for code in able
    }
    chosen = sorted(able, key=lambda code: weight[code])[:number]
    names = [a + b for a, b in itertools.product(_FIRST_HALVES, _SECOND_HALVES)]
    rng.shuffle(names)
    out = []
    for code in chosen:
        has_habit = rng.random() < habits and bool(names)
        habit = f"{names.pop()} {rng.choice(_HABIT_KINDS)}" if has_habit else ""
        wordings = (_in_a_sentence(codes.title(code)), *phrases.get(code, ())[:8])
        out.append(Worded(code, tuple(dict.fromkeys(wordings)), habit))
    return out


def procedure_codes() -> list[str]:
    """Return ICD-10-PCS codes that phrases of the lexicon name to the last character."""
    from suggester.lexicon.pcs_rows import load_pcs

    form = re.compile(r"[0-9A-HJ-NP-Z]{7}")
    found = {code for row in load_pcs().procedures for option in row.options for code in option}
    return sorted(code for code in found if form.fullmatch(code))


def _phrases() -> dict[str, list[str]]:
    out: dict[str, list[str]] = defaultdict(list)
    for row in load_lexicon().rows:
        if len(row.codes) == 1 and not row.needs and not row.forbids and row.kind != "misspelling":
            out[row.codes[0]].append(row.phrase)
    return out


def _fits(code: str) -> bool:
    return code[0] not in _LEFT_OUT and not _LATER_ENCOUNTER.fullmatch(code.replace(".", ""))


def _in_a_sentence(title: str) -> str:
    return title if title[1:2].isupper() else title[0].lower() + title[1:]
