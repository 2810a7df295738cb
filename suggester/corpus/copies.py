"""Notes that say the same in the same words, found without comparing each with each.

Of every note the runs of eight words are held as numbers, in a large corpus only the lowest of them
(a bottom-k sketch, Broder 1997, "On the resemblance and containment of documents"): what two notes
share of these estimates what they share of all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_RUN = 8
_WORD = re.compile(r"\w+")
#: Numbers held of all notes together; beyond it each note keeps fewer, at least :data:`_FEWEST`.
_MOST = 4_000_000
_FEWEST = 32
#: Runs that stand in more notes than this are of a template, and no sign of a copy.
_TEMPLATE = 50
_TEMPLATE_SHARE = 0.9
#: Groups up to this size are compared each with each, larger ones with their first note.
_EACH = 8
_ENOUGH = 8
_MOST_WORDS = 1_000_000
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_Numbers = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Copy:
    """A note that shares more of its runs with an earlier one than is allowed, by their numbers."""

    first: int
    second: int
    shared: float


class Copies:
    """Take notes one after the other, and tell which are nearly copies."""

    def __init__(self, shared: float) -> None:
        self._shared = shared
        self._sketches: list[_Numbers] = []
        self._whole: list[bool] = []
        self._keep: int | None = None
        self._held = 0
        self._words: dict[str, int] = {}

    def add(self, text: str) -> None:
        """Add the next note."""
        numbers = self._runs(text)
        whole = self._keep is None or len(numbers) <= self._keep
        self._sketches.append(numbers if whole else numbers[: self._keep].copy())
        self._whole.append(whole)
        self._held += len(self._sketches[-1])
        if self._held > _MOST and self._keep != _FEWEST:
            self._halve()

    def pairs(self) -> tuple[list[Copy], list[int]]:
        """Return the near copies, and the notes of which nearly all is a template's."""
        if not self._sketches:
            return [], []
        sizes = np.array([len(sketch) for sketch in self._sketches])
        numbers = np.concatenate(self._sketches)
        owners = np.repeat(np.arange(len(sizes), dtype=np.int64), sizes)
        order = np.argsort(numbers, kind="stable")
        numbers, owners = numbers[order], owners[order]
        starts = np.flatnonzero(np.diff(numbers, prepend=~numbers[:1]))
        counts = np.diff(starts, append=len(numbers))
        common = np.repeat(counts > _TEMPLATE, counts)
        of_template = np.bincount(owners[common], minlength=len(sizes))
        templates = np.flatnonzero(
            (of_template >= _TEMPLATE_SHARE * sizes) & (sizes >= _ENOUGH)
        ).tolist()
        frequent = np.unique(numbers[common])
        mine = [
            sketch if not taken else sketch[~np.isin(sketch, frequent)]
            for sketch, taken in zip(self._sketches, of_template.tolist(), strict=True)
        ]
        found = list(_grouped(owners, starts, counts, len(sizes)))
        return list(self._judged(found, mine)), templates

    def _judged(
        self, found: list[tuple[int, int, int]], sketches: list[_Numbers]
    ) -> Iterator[Copy]:
        for first, second, shared in found:
            sizes = len(sketches[first]), len(sketches[second])
            if not (self._whole[first] and self._whole[second]):
                # Only up to the highest number that both would have kept may they be compared.
                bound = min(
                    self._sketches[note][-1] for note in (first, second) if not self._whole[note]
                )
                sizes = (
                    int(np.searchsorted(sketches[first], bound, "right")),
                    int(np.searchsorted(sketches[second], bound, "right")),
                )
                if min(sizes) < _ENOUGH:
                    continue
            if shared > self._shared * min(sizes):
                yield Copy(first, second, shared / min(sizes))

    def _runs(self, text: str) -> _Numbers:
        words = _WORD.findall(text.lower())
        if len(words) < _RUN:
            return np.zeros(0, np.uint64)
        if len(self._words) > _MOST_WORDS:
            self._words.clear()
        values = np.fromiter(map(self._word, words), np.uint64, len(words))
        runs = len(words) - _RUN + 1
        total = np.zeros(runs, np.uint64)
        with np.errstate(over="ignore"):
            for at in range(_RUN):
                total = total * _PRIME + values[at : at + runs]
            total ^= total >> np.uint64(31)
            total *= _PRIME
            total ^= total >> np.uint64(29)
        return np.unique(total)

    def _word(self, word: str) -> int:
        known = self._words.get(word)
        if known is None:
            digest = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=8).digest()
            known = self._words[word] = int.from_bytes(digest, "big")
        return known

    def _halve(self) -> None:
        longest = max(len(sketch) for sketch in self._sketches)
        keep = self._keep or longest
        while self._held > _MOST // 2 and keep > _FEWEST:
            keep = max(_FEWEST, keep // 2)
            self._held = sum(min(keep, len(sketch)) for sketch in self._sketches)
        for note, sketch in enumerate(self._sketches):
            if len(sketch) > keep:
                self._sketches[note] = sketch[:keep].copy()
                self._whole[note] = False
        self._keep = keep


def _grouped(
    owners: npt.NDArray[np.int64],
    starts: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
    notes: int,
) -> Iterator[tuple[int, int, int]]:
    """Yield two notes and how many runs they share, for those that share any but a template's."""
    pairs: list[npt.NDArray[np.int64]] = []
    for size in range(2, _TEMPLATE + 1):
        mine = starts[counts == size]
        if not len(mine):
            continue
        # The sort was stable: the owners of a run stand in the order of the notes.
        table = owners[mine[:, None] + np.arange(size)]
        firsts = range(size - 1) if size <= _EACH else range(1)
        for first in firsts:
            for second in range(first + 1, size):
                pairs.append(table[:, first] * notes + table[:, second])
    if not pairs:
        return
    keys, shared = np.unique(np.concatenate(pairs), return_counts=True)
    for key, number in zip(keys.tolist(), shared.tolist(), strict=True):
        yield key // notes, key % notes, number
