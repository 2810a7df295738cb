"""Tell which code system the files to import belong to."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from suggester.codes import pcs_files
from suggester.codes.flat_formats import WANTED, FileFormat, format_of, is_promised
from suggester.codes.flat_set import FLAT_SYSTEMS
from suggester.codes.flat_sources import open_sources
from suggester.codes.installed import SYSTEM as ICD10CM
from suggester.codes.sources import Source
from suggester.codes.text_file import TextFile, read_text_file
from suggester.errors import InputError

#: Takes the stage, how much is done, and how much there is.
Progress = Callable[[str, int, int], None]
_LABELS = {ICD10CM: "ICD-10-CM", **FLAT_SYSTEMS}
# The first line of the order file of ICD-10-CM, and of one of its lists.
_ICD10CM_ORDER = re.compile(r"\d{5} (?=.{7} [01] )[A-Z]\d[0-9A-Z]{1,5} .*")
_ICD10CM_LIST = re.compile(r"\d{1,2}|[A-Z]\w\w-[A-Z]\w\w|[A-Z]\d[0-9A-Z]\.?[0-9A-Z]{0,4}(?: .*)?")


@dataclass(frozen=True, slots=True)
class Recognised:
    """One file and its format; none for a file of ICD-10-CM, which has an importer of its own."""

    file: TextFile
    format: FileFormat | None

    @property
    def system(self) -> str:
        """The code system of the file."""
        return self.format.system if self.format else ICD10CM


def recognise(paths: Sequence[Path], progress: Progress | None = None) -> list[Recognised]:
    """Return the files of known kinds; what else a zip holds is passed over.

    Raises
    ------
    InputError
        A path cannot be read, or a file is not what its name says or of no known kind.
    """
    found: list[Recognised] = []
    for done, path in enumerate(paths, 1):
        before = len(found)
        for source in open_sources(path):
            one = _recognise(source, path.suffix.lower() == ".zip")
            if one is not None:
                found.append(one)
            elif is_promised(source.name):
                raise InputError(
                    f"{source.name} does not hold what its name says; download it again."
                )
        if len(found) == before:
            raise InputError(
                f"There is nothing in {path} to import codes from; name files of ICD-10-CM (tabular "
                "XML and order file), CPT, HCPCS Level II or ICD-10-PCS, as published."
            )
        if progress is not None:
            progress("Reading", done, len(paths))
    return found


def system_of(paths: Sequence[Path]) -> str:
    """Return the code system of the files to import.

    Raises
    ------
    InputError
        A path cannot be read, a file is of no known kind, or the files are of several systems.
    """
    return one_system(recognise(paths), None)


def one_system(found: Sequence[Recognised], wanted: str | None) -> str:
    """Return the code system that all files belong to, which is ``wanted`` when that is given.

    Raises
    ------
    InputError
        A file is of another system.
    """
    system = wanted or found[0].system
    for one in found:
        if one.system != system and wanted:
            raise InputError(
                f"{one.file.name} is a file of {_LABELS[one.system]}, not of {_LABELS[wanted]}; "
                f"name {WANTED[wanted]}."
            )
        if one.system != system:
            raise InputError(
                f"{found[0].file.name} is a file of {_LABELS[system]} and {one.file.name} of "
                f"{_LABELS[one.system]}; import one code system at a time."
            )
    return system


def _recognise(source: Source, is_zipped: bool) -> Recognised | None:
    start = source.data[:100].lstrip(b"\xef\xbb\xbf \r\n")
    if source.name.lower().endswith(".xml") or start.startswith(b"<"):
        return Recognised(TextFile(source.name, []), None)
    try:
        file = read_text_file(source)
    except InputError:
        # What else lies in a zip may be as damaged as it likes.
        if is_zipped and not is_promised(source.name):
            return None
        raise
    first = next((line for line in file.head if line.strip()), "").rstrip()
    # It also looks like a file of CPT; the order file of ICD-10-PCS, which it resembles most, has
    # no codes of four to six characters.
    if _ICD10CM_ORDER.fullmatch(first) and not pcs_files.is_order(file):
        return Recognised(file, None)
    known = format_of(file)
    if known is not None:
        return Recognised(file, known) if not is_zipped or known.is_named(source.name) else None
    return Recognised(file, None) if _ICD10CM_LIST.fullmatch(first) else None
