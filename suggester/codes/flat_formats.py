"""The kinds of file that codes are imported from, and how each is told by its contents."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from suggester.codes import cpt_files, cpt_modifiers, hcpcs_files, pcs_files
from suggester.codes.listing import Listing
from suggester.codes.text_file import TextFile


@dataclass(frozen=True, slots=True)
class FileFormat:
    """One kind of file: whose it is, how it is told, how it is read.

    Attributes
    ----------
    name_in_zip
        How such a file is named in a zip, as a regular expression; a file that is named
        otherwise there holds something else in the same form, such as some of the codes.
    """

    system: str
    is_it: Callable[[TextFile], bool]
    read: Callable[[TextFile], Listing]
    name_in_zip: str = ".*"

    def is_named(self, name: str) -> bool:
        """Tell whether a file of this name in a zip belongs to the release."""
        return re.fullmatch(self.name_in_zip, name, re.IGNORECASE) is not None


#: In this order: a line of the PCS order file also looks like one of CPT.
FORMATS = (
    FileFormat("icd10pcs", pcs_files.is_order, pcs_files.read_order),
    FileFormat("icd10pcs", pcs_files.is_codes, pcs_files.read_codes),
    FileFormat("hcpcs", hcpcs_files.is_descriptions, hcpcs_files.read_descriptions),
    FileFormat("hcpcs", hcpcs_files.is_table, hcpcs_files.read_table),
    FileFormat("hcpcs", hcpcs_files.is_records, hcpcs_files.read_records),
    FileFormat("cpt", cpt_files.is_consumer, cpt_files.read_consumer),
    FileFormat("cpt", cpt_modifiers.is_modifiers, cpt_modifiers.read_modifiers),
    FileFormat(
        "cpt",
        cpt_files.is_descriptors,
        cpt_files.read_descriptors,
        r"(?:LONG|MED|SHORT)[A-Z]*\.(?:txt|xlsx)",
    ),
)
#: What to name on the command line for each system.
WANTED = {
    "cpt": "LONGULT.txt, MEDU.txt and SHORTU.txt of the AMA, or the zip they come in",
    "hcpcs": "the contractor file (HCPC…ANWEB), its workbook or the list of descriptions of CMS",
    "icd10pcs": "the order file or the codes file of CMS, or its zip",
}
# Files that are named so have to be what the name says, so that a damaged one is not passed over.
_PROMISED = re.compile(
    r"(?:LONGULT|MEDU|SHORTU)\.txt|icd10pcs_(?:order|codes)_20\d\d\.txt|HCPC.*ANWEB.*\.(?:txt|xlsx)",
    re.IGNORECASE,
)


def format_of(file: TextFile) -> FileFormat | None:
    """Return the format of a file, if it is one of those known."""
    return next((known for known in FORMATS if known.is_it(file)), None)


def is_promised(name: str) -> bool:
    """Tell whether the name of a file says that it holds codes."""
    return _PROMISED.fullmatch(name) is not None
