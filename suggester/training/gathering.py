"""A corpus of any size, gone through once: words counted in every note, some notes kept to rank."""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from suggester.corpus.gold import CodedEncounter
from suggester.evaluation.answered import patient_of
from suggester.parallel import spread
from suggester.training.checkpoints import Checkpoints

#: Encounters whose every candidate is read to fit the ranker: more teach it nothing new, since its
#: features are the same for all codes. What there is to learn of single codes is learned from all.
MOST_RANKED = 3_000
#: Encounters from which on the words of a corpus are counted for models of single codes.
LEAST_COUNTED = 100
_BATCH = 250
#: Name under which the counted words are kept.
COUNTS = "words"

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Gathered:
    """What training holds of a corpus in memory.

    Attributes
    ----------
    kept
        Encounters to read in full, in the order of the corpus; all of a small one.
    labels
        Gold codes of every encounter with coded diagnoses.
    number
        Place of each kept encounter in ``labels``; -1 where its diagnoses were not coded.
    counts
        Hashed words of each encounter of ``labels``, or None where no wording is learned or there
        are too few of them; scipy CSR.
    patients
        Number of the patient of each encounter of ``labels``.
    """

    kept: tuple[CodedEncounter, ...]
    labels: tuple[tuple[str, ...], ...]
    number: tuple[int, ...]
    counts: Any | None
    patients: npt.NDArray[np.int64]

    @property
    def ranked(self) -> list[CodedEncounter]:
        """The kept encounters with coded diagnoses."""
        return [coded for coded in self.kept if coded.diagnoses_coded]

    @property
    def places(self) -> npt.NDArray[np.int64]:
        """Place in ``labels`` of each of :attr:`ranked`; shape (ranked,)."""
        return np.array([number for number in self.number if number >= 0], dtype=np.int64)

    @property
    def rest(self) -> npt.NDArray[np.int64]:
        """Places in ``labels`` of the encounters that are not read in full."""
        return np.setdiff1d(np.arange(len(self.labels)), self.places)


def gather(
    encounters: Iterable[CodedEncounter],
    *,
    count_words: bool,
    seed: int,
    jobs: int = 1,
    always: Sequence[CodedEncounter] = (),
    most: int = MOST_RANKED,
    work: Checkpoints | None = None,
    progress: Progress = lambda stage, done, total: None,
) -> Gathered:
    """Go through a corpus once, holding at most ``most`` of its encounters and those of ``always``.

    Which are kept depends on their ids and the seed alone. Of what ``work`` keeps, words that were
    counted before are not counted again.
    """
    from scipy.sparse import vstack

    work = work or Checkpoints()
    counted = work.holds(COUNTS)
    patients: list[int] = []
    number_of: dict[str, int] = {}
    labels: list[tuple[str, ...]] = []
    best: list[tuple[bytes, int, CodedEncounter, int]] = []
    forced: list[tuple[int, CodedEncounter, int]] = []
    held: set[int] = {id(coded) for coded in always}

    def texts() -> Iterator[list[str]]:
        order = 0
        stream = iter(_chain(encounters, always))
        while batch := list(islice(stream, _BATCH)):
            words: list[str] = []
            for coded in batch:
                place = len(labels) if coded.diagnoses_coded else -1
                if coded.diagnoses_coded:
                    labels.append(coded.codes)
                    patients.append(number_of.setdefault(patient_of(coded), len(number_of)))
                    words.append(coded.encounter.text)
                if id(coded) in held:
                    forced.append((order, coded, place))
                else:
                    _keep(best, (_priority(coded, seed), order, coded, place), most)
                order += 1
            progress("reading the corpus", order, 0)
            if count_words and not counted:
                yield words

    counts = None
    if count_words and not counted:
        blocks = list(spread(_hashed, ((words,) for words in texts()), jobs))
        counts = vstack(blocks).tocsr() if len(labels) >= LEAST_COUNTED else None
        work.keep(COUNTS, counts)
    else:
        for _ in texts():
            pass
        counts = work.load(COUNTS) if counted else None
    kept = sorted(
        [(order, coded, place) for _, order, coded, place in best] + forced, key=lambda row: row[0]
    )
    return Gathered(
        tuple(coded for _, coded, _ in kept),
        tuple(labels),
        tuple(place for _, _, place in kept),
        counts,
        np.array(patients, dtype=np.int64),
    )


def _chain(*parts: Iterable[CodedEncounter]) -> Iterator[CodedEncounter]:
    for part in parts:
        yield from part


def _priority(coded: CodedEncounter, seed: int) -> bytes:
    """Return bytes that are larger for what is kept rather; heaps drop the smallest."""
    return hashlib.blake2b(f"{seed}:{coded.encounter.id}".encode(), digest_size=16).digest()


def _keep(
    best: list[tuple[bytes, int, CodedEncounter, int]],
    row: tuple[bytes, int, CodedEncounter, int],
    most: int,
) -> None:
    if len(best) < most:
        heapq.heappush(best, row)
    else:
        heapq.heappushpop(best, row)


def _hashed(texts: list[str]) -> Any:
    from suggester.candidates.code_models import hashed

    return hashed(texts)
