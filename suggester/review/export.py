"""Write finished encounters as a corpus file; it holds notes, and only its owner may read it."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from suggester.errors import InputError, OutputError
from suggester.review.database import Database
from suggester.review.people import Person
from suggester.review.reviewed import Chosen, Finished
from suggester.review.trail import note_down


@dataclass(frozen=True, slots=True)
class Exported:
    """How much was written: encounters, and decisions by their kind."""

    encounters: int
    decisions: Mapping[str, int]


def export_corpus(
    database: Database,
    out: Path,
    person: Person,
    chosen: Chosen = Chosen(),  # noqa: B008
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Exported:
    """Write the finished encounters as JSON lines that training takes as they are.

    The file appears when it is whole, readable by its owner alone.

    Raises
    ------
    OutputError
        The file cannot be written.
    InputError
        No finished encounter fits, or as :meth:`suggester.review.reviewed.Finished.rows`.
    SealError
        As there.
    """
    target = out.resolve()
    if target.suffix.lower() not in (".jsonl", ".ndjson"):
        raise OutputError(f"{out} does not end in .jsonl; a corpus is written as JSON lines.")
    if target.exists() and not target.is_file():
        raise OutputError(f"{out} is no file; give the name of one.")
    if not target.parent.is_dir():
        raise OutputError(f"{out} cannot be written: there is no folder {out.parent}.")
    finished = Finished(database)
    total = sum(finished.count(chosen).values())
    decisions: Counter[str] = Counter()
    number = 0
    try:
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name[:100]}.")
    except OSError as error:
        raise _unwritten(out, error) from None
    temporary = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            for number, row in enumerate(finished.rows(chosen), 1):
                file.write(json.dumps(row, ensure_ascii=False) + "\n")
                decisions.update(decision["decision"] for decision in row["decisions"])
                progress(number, total)
            if not number:
                raise InputError("No finished encounter fits; nothing was written.")
            file.flush()
            os.fsync(file.fileno())
        with database.transaction() as session:
            note_down(session, person, "exported corpus", encounters=number)
        temporary.replace(target)
    except OSError as error:
        raise _unwritten(out, error) from None
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return Exported(number, dict(decisions))


def _unwritten(out: Path, error: OSError) -> OutputError:
    return OutputError(f"{out} cannot be written: {error.strerror or 'an output error'}.")
