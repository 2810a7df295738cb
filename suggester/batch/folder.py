"""The folder of a run: parts that are there whole or not at all, rows set aside, and the plan."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from suggester.batch.coding import CodedPartition
from suggester.batch.part_files import PART_FILES
from suggester.batch.plan import difference
from suggester.errors import OutputError
from suggester.files import lock, replaced

PLAN, BAD, LOCK = "batch.json", "bad.jsonl", ".lock"
_PART = re.compile(rf"part-(\d+)\.(?:{'|'.join(PART_FILES)})")
#: What an interrupted write leaves: the name of a file after a dot, and six signs or more.
_LEFT = re.compile(rf"\.(?:{_PART.pattern}|{re.escape(PLAN)}|{re.escape(BAD)})\.\w+")


class BatchFolder:
    """A folder that a run writes to; it is locked as long as the run is.

    Attributes
    ----------
    plan
        What the run was begun with, and how far it came: ``rows`` once they were counted, ``notes``
        and ``bad`` once it is complete.
    """

    def __init__(self, path: Path, fresh: bool = False) -> None:
        self.path = path
        self.plan: dict[str, Any] = {}
        if fresh:
            self._clear()
        else:
            self.plan = self._read_plan()

    @property
    def complete(self) -> bool:
        """Whether all rows were coded or set aside."""
        return "notes" in self.plan

    def begin(self, plan: Mapping[str, Any]) -> None:
        """Go on with what was begun, or begin.

        Raises
        ------
        OutputError
            It was begun with something else.
        """
        if not self.plan:
            self.note(plan)
            return
        said = difference(self.plan, plan)
        if said:
            raise OutputError(
                f"{self.path} was begun otherwise: {said}. Go on with what it was begun with, name "
                "another folder, or begin anew with --fresh."
            )

    def note(self, more: Mapping[str, Any]) -> None:
        """Add to the plan."""
        self.plan |= more
        self._write(PLAN, (json.dumps(self.plan, indent=1, ensure_ascii=False) + "\n").encode())

    def done(self) -> frozenset[int]:
        """Return the numbers of the parts that are there."""
        found = (_PART.fullmatch(path.name) for path in self.path.iterdir())
        return frozenset(int(match[1]) for match in found if match)

    def add(self, part: CodedPartition) -> None:
        """Write a part, after the rows that were set aside; it is there when this returns.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        lines = [json.dumps(row.to_dict(part.number), ensure_ascii=False) for row in part.bad]
        try:
            if lines:
                with (self.path / BAD).open("ab") as stream:
                    stream.write("".join(f"{line}\n" for line in lines).encode())
                    stream.flush()
                    os.fsync(stream.fileno())
            name = f"part-{part.number:06}.{self.plan['settings']['format']}"
            self._write(name, part.data)
        except OSError as error:
            raise OutputError(
                f"{self.path} cannot be written: {error.strerror or 'an output error'}. The same "
                "command goes on from here."
            ) from None

    def bad_rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows that were set aside, a line that was cut off left out."""
        try:
            with (self.path / BAD).open("rb") as stream:
                for line in stream:
                    with contextlib.suppress(ValueError):
                        yield json.loads(line)
        except FileNotFoundError:
            return

    def tidy(self, retry: bool = False) -> None:
        """Take away what an interrupted run left: half-written files, and bad rows of no part.

        With ``retry``, parts in which coding a note failed are taken away as well.
        """
        for path in self.path.iterdir():
            if _LEFT.fullmatch(path.name):
                path.unlink(missing_ok=True)
        if retry:
            again = {row["partition"] for row in self.bad_rows() if row["step"] == "coding"}
            if again and self.complete:
                self.plan = {k: v for k, v in self.plan.items() if k not in ("notes", "bad")}
                self.note({})
            for path in list(self.path.iterdir()):
                match = _PART.fullmatch(path.name)
                if match and int(match[1]) in again:
                    path.unlink()
        if (self.path / BAD).exists():
            done = self.done()
            with replaced(self.path / BAD) as stream:
                for row in self.bad_rows():
                    if row.get("partition") in done:
                        stream.write((json.dumps(row, ensure_ascii=False) + "\n").encode())

    def _clear(self) -> None:
        # The plan last: until it is gone, what is left is a run that can go on.
        for path in list(self.path.iterdir()):
            if _PART.fullmatch(path.name) or _LEFT.fullmatch(path.name) or path.name == BAD:
                path.unlink(missing_ok=True)
        (self.path / PLAN).unlink(missing_ok=True)

    def _read_plan(self) -> dict[str, Any]:
        try:
            plan = json.loads((self.path / PLAN).read_bytes())
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            plan = None
        if not isinstance(plan, dict):
            raise OutputError(
                f"{self.path / PLAN} cannot be read; begin anew with --fresh, or name another folder."
            )
        return plan

    def _write(self, name: str, data: bytes) -> None:
        with replaced(self.path / name) as stream:
            stream.write(data)


@contextmanager
def batch_folder(path: Path, fresh: bool = False) -> Iterator[BatchFolder]:
    """Open the folder of a run, made where there is none, for this process alone.

    Raises
    ------
    OutputError
        It holds something else, another run writes to it, or it cannot be written.
    """
    if path.exists() and not path.is_dir():
        raise OutputError(f"{path} is a file; name a folder for the parts.")
    try:
        path.mkdir(mode=0o700, exist_ok=True)
        there = {entry.name for entry in path.iterdir()} - {LOCK}
        if PLAN not in there and any(not _LEFT.fullmatch(name) for name in there):
            raise OutputError(f"{path} holds something that is not a batch; name another folder.")
        handle = lock(path / LOCK)
        if handle < 0:
            raise OutputError(
                f"Another run is writing to {path}; wait for it, or name another folder."
            )
        try:
            yield BatchFolder(path, fresh)
        finally:
            os.close(handle)
    except FileNotFoundError:
        raise OutputError(f"{path} cannot be made: there is no folder {path.parent}.") from None
