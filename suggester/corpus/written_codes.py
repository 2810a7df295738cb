"""Gold codes that stand in the note itself, so that a model would copy them instead of reading it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from suggester.corpus.gold import CodedEncounter


def find_written(coded: CodedEncounter) -> Iterator[str]:
    """Yield a sentence for each gold code whose string is in the note, with or without its dot."""
    text = coded.encounter.text.upper()
    done = coded.procedures
    codes = [*coded.codes, *(c for codes in coded.other_systems.values() for c in codes)]
    if done is not None:
        codes += [*done.codes, *([done.visit] if done.visit else [])]
    for code in dict.fromkeys(codes):
        # Most codes are in no note: looking for their first characters is much quicker.
        if code[:3] in text and (match := _form(code).search(text)):
            yield f"the code {code} is written in the note at {match.start()}"


@lru_cache(maxsize=100_000)
def _form(code: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.]){re.escape(code).replace(re.escape('.'), '[.]?')}(?![\w])(?!\.\d)"
    )
