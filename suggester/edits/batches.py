"""Rows of an edit file in batches, so that each field is checked and converted at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice

import numpy as np
import numpy.typing as npt

from suggester.edits.keys import BadCodeError, Keys, encode
from suggester.edits.layouts import CODE_FIELDS, Layout
from suggester.errors import InputError

# Small enough that the rows of a batch stay in the processor's cache: eight times quicker than
# batches of 65,536, whose lists the collector of garbage goes through again and again.
SIZE = 1 << 10
# An edit file has a few million rows; a hostile one could have rows without end.
MAX_ROWS = 20_000_000
Numbered = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows of one table.

    Attributes
    ----------
    source
        Name of the table, for messages.
    layout
        Which column holds which field.
    numbers
        Where each row stands in the file, counted from 1.
    rows
        The cells of each row, without the empty rows.
    """

    source: str
    layout: Layout
    numbers: Sequence[int]
    rows: Sequence[list[str]]

    def codes(self, field: str) -> Keys:
        """Return the codes of a field as numbers.

        Raises
        ------
        InputError
            A row has no code there.
        """
        texts = self._texts(field)
        try:
            return encode(texts)
        except BadCodeError as error:
            raise self._refused(error.position, field, texts[error.position]) from None

    def values(
        self, field: str, convert: Callable[[str], int], dtype: npt.DTypeLike
    ) -> npt.NDArray[np.generic]:
        """Return a field as numbers; ``convert`` sees each different text once.

        A field that the file lacks is converted from the empty text.

        Raises
        ------
        InputError
            ``convert`` raised ``ValueError`` or the number does not fit ``dtype``.
        """
        if field not in self.layout.columns:
            return np.full(len(self.rows), convert(""), dtype=dtype)
        texts = self._texts(field)
        most = np.iinfo(np.dtype(dtype)).max
        known: dict[str, int] = {}
        for text in set(texts):
            try:
                known[text] = convert(text)
                if not 0 <= known[text] <= most:
                    raise ValueError(text)
            except ValueError:
                raise self._refused(texts.index(text), field, text) from None
        return np.array([known[text] for text in texts], dtype=dtype)

    def _texts(self, field: str) -> list[str]:
        column = self.layout.columns[field]
        try:
            return [row[column] for row in self.rows]
        except IndexError:
            # A workbook does not store the empty cells at the end of a row.
            return [row[column] if column < len(row) else "" for row in self.rows]

    def _refused(self, position: int, field: str, text: str) -> InputError:
        said = repr(text.strip()[:20]) if text.strip() else "nothing"
        return InputError(
            f"{self.source}, row {self.numbers[position]:,}: {said} is no "
            f"{_SAID.get(field, field.replace('_', ' '))}; the file is damaged or of another "
            "layout, so download it again."
        )


_SAID = {
    "column1": "code for column 1",
    "column2": "code for column 2",
    "modifier": "modifier indicator (0, 1 or 9)",
    "code": "HCPCS/CPT code",
    "units": "MUE value",
    "mai": "MUE adjudication indicator (1, 2 or 3)",
    "add_on": "add-on code",
    "primary": "primary code",
    "type": "add-on edit type (1, 2 or 3)",
    "effective": "effective date",
    "deletion": "deletion date",
}


def batches(
    source: str, layout: Layout, rows: Iterable[list[str]], first_number: int
) -> Iterator[Batch]:
    """Yield the rows that follow the headings, the first of them being row ``first_number``.

    Raises
    ------
    InputError
        There is no row, or far more than an official file has.
    """
    columns = [layout.columns[field] for field in layout.required[: CODE_FIELDS[layout.kind]]]

    # CMS breaks its headings over several rows; below the first, the code columns are blank.
    def is_heading(numbered: Numbered) -> bool:
        row = numbered[1]
        return not any(row[column].strip() for column in columns if column < len(row))

    numbered = dropwhile(is_heading, enumerate(rows, first_number))
    count = 0
    while part := list(islice(numbered, SIZE)):
        filled = [(number, row) for number, row in part if any(row)]
        count += len(filled)
        if count > MAX_ROWS:
            raise InputError(
                f"{source} has over {MAX_ROWS:,} rows, far more than an official file."
            )
        if filled:
            yield Batch(source, layout, [n for n, _ in filled], [row for _, row in filled])
    if not count:
        raise InputError(f"{source} has headings but no rows; download it again.")
