"""Scan a corpus for identifying text: places, note by note, and what they come to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from suggester.corpus.phi.forms import KINDS
from suggester.corpus.phi.recognisers import Finding, finder
from suggester.corpus.readers import read_corpus
from suggester.corpus.text_files import STDIN, Report, check_there, named, opened
from suggester.encounter import Document, Encounter
from suggester.errors import InputError

#: Score from which a place counts.
THRESHOLD = 0.4
#: What every report of a scan says about itself.
WHAT_IT_IS = (
    "This is a guard, not a de-identifier: it changes nothing, it misses names that stand without a "
    "title, role or label, and a corpus that passes may still identify someone."
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a note looks identifying; the offsets count code points of the document's text."""

    note: str
    document: str
    finding: Finding


@dataclass(slots=True)
class Scan:
    """What was found in one file; ``sha256`` is that of its bytes."""

    file: Path
    sha256: str
    threshold: float = THRESHOLD
    ignored: tuple[str, ...] = ()
    notes: int = 0
    noted: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    @property
    def places(self) -> int:
        """Number of places found."""
        return self.kinds.total()

    @property
    def passed(self) -> bool:
        """Tell whether nothing was found."""
        return not self.kinds


def check_kinds(given: Collection[str]) -> tuple[str, ...]:
    """Return the kinds that are not to be looked for.

    Raises
    ------
    InputError
        There is no such kind.
    """
    for kind in given:
        if kind not in KINDS:
            raise InputError(f"Unknown kind {kind!r}; known: {', '.join(KINDS)}.")
    return tuple(sorted(set(given)))


def scan_file(
    path: Path,
    threshold: float = THRESHOLD,
    ignore: Collection[str] = (),
    on_note: Callable[[list[tuple[Place, Document]]], None] = lambda places: None,
    progress: Callable[[int], None] = lambda done: None,
    report: Report = lambda _: None,
) -> Scan:
    """Scan the notes of one corpus file; ``on_note`` takes the places of each note that has any.

    Raises
    ------
    InputError
        The file cannot be read, or presidio-analyzer is not installed.
    """
    find = finder()
    scan = Scan(path, file_digest(path), threshold, check_kinds(ignore))
    for coded in read_corpus([path], report=report):
        scan.notes += 1
        places = list(_places(coded.encounter, find, threshold, scan.ignored))
        scan.noted += bool(places)
        scan.kinds.update(place.finding.kind for place, _ in places)
        if places:
            on_note(places)
        progress(scan.notes)
    return scan


def _places(
    encounter: Encounter,
    find: Callable[[str], list[Finding]],
    threshold: float,
    ignored: Collection[str],
) -> Iterator[tuple[Place, Document]]:
    for document in encounter.documents:
        for finding in find(document.text):
            if finding.score >= threshold and finding.kind not in ignored:
                yield Place(encounter.id, document.id, finding), document


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file's bytes.

    Raises
    ------
    InputError
        It cannot be read, or it is standard input.
    """
    if path == STDIN:
        raise InputError("A corpus from standard input cannot be scanned; save it as a file.")
    check_there(path)
    digest = hashlib.sha256()
    with opened(path) as stream:
        while block := stream.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def counted(scan: Scan) -> str:
    """Return the kinds found with their numbers: ``date 12, name 3``."""
    return ", ".join(f"{kind} {number}" for kind, number in scan.kinds.most_common())


def said_of(scan: Scan) -> str:
    """Return one line about the scan of a file, without its text."""
    name = named(scan.file)
    if scan.passed:
        return f"{name}: nothing found in {scan.notes:,} notes."
    return f"{name}: {scan.places:,} places in {scan.noted:,} of {scan.notes:,} notes: {counted(scan)}."
