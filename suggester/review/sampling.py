"""Which finished encounters are coded a second time, and by whom."""

from __future__ import annotations

import hashlib
import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from suggester.errors import InputError


@dataclass(frozen=True, slots=True)
class FinishedEncounter:
    """An encounter that ``coder`` finished; ``also`` names others who decided anything in it."""

    encounter: str
    coder: str
    also: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SecondCoding:
    """An encounter drawn for quality assurance, who coded it, and who codes it again."""

    encounter: str
    first_coder: str
    second_coder: str

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return asdict(self)


def draw_sample(
    finished: Iterable[FinishedEncounter],
    rate: float,
    seed: int,
    second_coders: Collection[str],
) -> tuple[SecondCoding, ...]:
    """Draw finished encounters for a second coding, from every coder's work at the same rate.

    Each coder is a stratum: ``rate`` of their encounters are drawn, rounded up, so that everyone is
    sampled. Which ones is decided by a hash of seed, coder and encounter: the same seed draws the same
    encounters whatever their order, on every computer, and an encounter finished later displaces few
    that were drawn before. Second codings are dealt out evenly, and never to somebody who
    decided anything in the encounter.

    Parameters
    ----------
    finished
        Encounters, each once.
    rate
        Above 0, up to 1.
    seed
        Any whole number; keep it with the sample.
    second_coders
        Who may do second codings.

    Returns
    -------
    tuple of SecondCoding
        By first coder, then encounter.

    Raises
    ------
    InputError
        The rate is not above 0 and up to 1, an encounter is given twice, or nobody but its own coders
        could code an encounter again.
    """
    if not 0 < rate <= 1:
        raise InputError(f"The sampling rate must be above 0 and at most 1, not {rate}.")
    strata: dict[str, list[FinishedEncounter]] = defaultdict(list)
    seen: set[str] = set()
    for row in finished:
        if row.encounter in seen:
            raise InputError(f"Encounter {row.encounter} is listed twice; list it once.")
        seen.add(row.encounter)
        strata[row.coder].append(row)
    drawn: list[FinishedEncounter] = []
    for coder, rows in strata.items():
        # Rounded first, for 0.1 * 30 is a little more than 3.
        size = math.ceil(round(rate * len(rows), 9))
        rows.sort(key=lambda row: _lot(seed, coder, row.encounter))
        drawn += rows[: max(1, size)]
    return _deal(drawn, seed, sorted(set(second_coders)))


def _deal(
    drawn: list[FinishedEncounter], seed: int, second_coders: list[str]
) -> tuple[SecondCoding, ...]:
    def eligible(row: FinishedEncounter) -> list[str]:
        return [name for name in second_coders if name != row.coder and name not in row.also]

    load: Counter[str] = Counter()
    dealt: list[SecondCoding] = []
    # The encounters with the fewest people to choose from go first, or they would find them busy.
    for row in sorted(drawn, key=lambda r: (len(eligible(r)), _lot(seed, r.coder, r.encounter))):
        names = eligible(row)
        if not names:
            raise InputError(
                f"Nobody can code encounter {row.encounter} a second time: name at least one second "
                "coder who has not worked on it."
            )
        second = min(names, key=lambda name: (load[name], _lot(seed, name, row.encounter)))
        load[second] += 1
        dealt.append(SecondCoding(row.encounter, row.coder, second))
    return tuple(sorted(dealt, key=lambda row: (row.first_coder, row.encounter)))


def _lot(seed: int, coder: str, encounter: str) -> str:
    return hashlib.sha256(f"{seed}\0{coder}\0{encounter}".encode()).hexdigest()
