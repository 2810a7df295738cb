"""Sentences that every discharge note has: drawn from templates, with their number of words."""

from __future__ import annotations

import random
import re
from collections import defaultdict
from pathlib import Path

_DATA = Path(__file__).with_name("data")
_NUMBER = re.compile(r"\[(\d+)\.\.(\d+)\]")
_CHOICE = re.compile(r"\(([^()]*\|[^()]*)\)")
#: Sentences drawn from each template.
_VARIANTS = 40

Sentence = tuple[str, int]


def filler_sentences(seed: int) -> dict[str, list[Sentence]]:
    """Return section → sentences with their number of words, the same for the same seed."""
    rng = random.Random(f"{seed}:sentences")
    out: dict[str, list[Sentence]] = defaultdict(list)
    for section, template in _rows("sentences.txt"):
        drawn = dict.fromkeys(_drawn(template, rng) for _ in range(_VARIANTS))
        out[section].extend((sentence, len(sentence.split())) for sentence in drawn)
    return dict(out)


def frames() -> dict[str, list[tuple[str, str]]]:
    """Return kind → what stands before and after a condition."""
    out: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for kind, frame in _rows("frames.txt"):
        before, _, after = frame.partition("{}")
        out[kind].append((before, after))
    return dict(out)


def _rows(name: str) -> list[list[str]]:
    lines = (_DATA / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def _drawn(template: str, rng: random.Random) -> str:
    chosen = _CHOICE.sub(lambda match: rng.choice(match[1].split("|")), template)
    return _NUMBER.sub(lambda match: str(rng.randint(int(match[1]), int(match[2]))), chosen)
