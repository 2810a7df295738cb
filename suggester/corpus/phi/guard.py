"""May a corpus be trained on? Only if nothing in it looks identifying, or if it is allowed by name."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path

from suggester.corpus.layouts.layout import Layout
from suggester.corpus.layouts.recognition import AUTO, LAYOUTS, sources
from suggester.corpus.phi.recognisers import INSTALL
from suggester.corpus.phi.report import passed_before
from suggester.corpus.phi.scan import counted, file_digest, scan_file
from suggester.corpus.readers import corpus_files
from suggester.corpus.text_files import Report, named
from suggester.errors import InputError

#: Why a corpus file may be trained on, as the model's manifest tells it.
OWN, PASSED, OVERRULED = "the project's own, invented", "passed", "overruled by name"
_OWN = Path(__file__).with_name("data") / "own_corpora.tsv"


def own_digests() -> frozenset[str]:
    """Return the SHA-256 of the project's own corpus files, whose patients are invented."""
    lines = _OWN.read_text("utf-8").splitlines()[1:]
    return frozenset(line.split("\t")[1] for line in lines)


def cleared(
    corpora: Iterable[Path],
    allowed: Collection[str] = (),
    progress: Callable[[int], None] = lambda done: None,
    report: Report = lambda _: None,
    layout: str = AUTO,
    layouts: Mapping[str, Layout] = LAYOUTS,
) -> dict[str, str]:
    """Return for each corpus file why it may be trained on.

    A file of the project, one allowed by its name, and one whose report says that it passed are not
    scanned. A corpus in another layout than rows is not scanned as it lies: it is converted first, or
    allowed by the name of its file or folder. ``layout`` and ``layouts`` are those of
    :func:`~suggester.corpus.readers.read_corpus`.

    Raises
    ------
    InputError
        A file looks identifying or was never scanned and cannot be; no such file is named as allowed.
    """
    reasons: dict[str, str] = {}
    files: list[Path] = []
    names: set[str] = set()
    for source in sources(list(corpora), layout, layouts):
        if source.layout is None:
            files += corpus_files(source.path)
            continue
        names.add(source.path.resolve().name)
        if source.path.resolve().name not in allowed:
            raise InputError(
                f"{named(source.path)} lies in the layout {source.layout.name}, in which it is not "
                "scanned for identifying text. Write it as rows with suggester corpus convert and train "
                f"on those, or pass --allow-phi {source.path.resolve().name}."
            )
        reasons[named(source.path)] = OVERRULED
    names.update(file.name for file in files)
    for name in allowed:
        if name not in names:
            raise InputError(f"--allow-phi {name} names no file of the corpora given.")
    return reasons | {named(file): _reason(file, allowed, progress, report) for file in files}


def _reason(
    file: Path, allowed: Collection[str], progress: Callable[[int], None], report: Report
) -> str:
    digest = file_digest(file)
    if digest in own_digests():
        return OWN
    if file.name in allowed:
        return OVERRULED
    if passed_before(file, digest):
        return PASSED
    name = named(file)
    if find_spec("presidio_analyzer") is None:
        raise InputError(
            f"{name} was not scanned for identifying text, and presidio-analyzer, which scans it, is "
            f"not installed: {INSTALL}. To train on it unscanned, pass --allow-phi {file.name}."
        )
    scan = scan_file(file, progress=progress, report=report)
    if not scan.passed:
        raise InputError(
            f"{name} looks identifying at {scan.places:,} places of {scan.noted:,} notes "
            f"({counted(scan)}), and a model keeps words of what it learns from. See where with: "
            f"suggester corpus scan-phi {name}. To train on it all the same, pass "
            f"--allow-phi {file.name}."
        )
    return PASSED
