"""The text of a note as it is read: plain characters, and lines that end where its author ended them.

Programs wrap lines at the width of a page, others run a whole note into one line. Both are undone with
every character in its place, so that offsets hold for the note as received.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from suggester.preprocess.sections import headings

#: Characters that word processors, web pages and other systems write, and what they stand for.
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029", "\n"),
        **dict.fromkeys(
            "\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
            " ",
        ),
        **dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff", " "),
        **dict.fromkeys("\u2018\u2019\u02bc\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2212", "-"),
    }
)


#: What opens a line of its own: a number, a bullet, a heading with a colon or in capitals.
ITEM = re.compile(
    r"[ \t\u00a0]*(?![A-Za-z]\.[ \t]+(?:diff|coli\b|pylori|aureus|pneumo|aerug|gonor|albicans|vaginalis|trachom|faec))"
    r"(?:(?P<number>\(?(?:\d{1,2}|[a-zA-Z]|[ivxIVX]{1,4})[.)](?!\d)|#\s?\d{1,2}[.:)]?|#)|(?P<bullet>[-*•●▪◦·–—>+]+))"
    r"[ \t]+(?=\S)"
)
_LABELLED = re.compile(
    r"(?:[*_#]+[ \t]*)?[A-Z][A-Za-z'/&() -]{0,40}:|[A-Z][A-Z /&-]{3,}(?:[*_. ]*)$"
)
_LABEL = re.compile(r"([A-Za-z][A-Za-z /&'-]{1,40}):")
#: A hard-wrapped note: its fewest lines and full ones, its columns, and how ragged they may be.
_FEWEST_LINES, _FEWEST_FULL, _NARROWEST, _WIDEST, _RAGGED = 6, 4, 45, 130, 16
#: Share of the lines that begin inside a sentence, and lines to each one that was not wrapped.
_INSIDE, _LINES_TO_ONE = 0.4, 10
#: How full a line is, of the width, that can go on where it ends in no mark.
_NEARLY_FULL = 0.6

#: A note in one line: characters to a line end, its bullets, and its headings in capitals.
_LONG_LINE, _SHORT_HEADING = 500, 3
_INLINE_BULLET = re.compile(r"[ \t](?=[•●▪◦] \S)")
_LABELLED_BULLET = re.compile(r" [•●▪◦-] (?P<label>[A-Z][A-Za-z /]{2,35}):")
_SHORT_SENTENCE = re.compile(r"(?<=[A-Za-z)][.;!?]) [A-Z0-9][^.;!?\n]{2,70}\.$")
_REPEATED, _LONGEST_TITLE = 2, 80
_INLINE_CAPITALS = re.compile(
    r"(?:^|(?<=[.;:!?)\]] ))(?P<h>[A-Z][A-Z'/&-]*(?: (?:[A-Z][A-Z'/&-]+|&|/))*)(?= [A-Z0-9•*-]|:)"
)
_INLINE_LABEL = re.compile(r"(?<=[.;!?)\]] )(?P<h>[A-Z][A-Za-z'/& -]{2,40}):(?= )")
_INLINE_NUMBER = re.compile(r"(?<=[.;:!?)] )\(?(\d{1,2})[.)] (?=[A-Za-z])")


def plain(text: str) -> str:
    r"""Return a note with plain characters and without hard-wrapped lines, as long as it was.

    Every character keeps its place, so that offsets hold for both.

    >>> plain("Plan:\r\nrest, don\u2019t run")
    "Plan: \nrest, don't run"
    """
    return _relined(_unwrapped(text.replace("\r\n", " \n").translate(_PLAIN)))


def _unwrapped(text: str) -> str:
    """Return a note with a space for every line end at which only the width of the page ended a line."""
    lines = text.split("\n")
    width = _wrap_width(lines)
    if not width:
        return text
    pairs = list(pairwise(lines))
    going_on = [i for i, (above, line) in enumerate(pairs) if _can_go_on(above, line)]
    full = [i for i in going_on if _overflows(*pairs[i], width)]
    # In prose half of the lines begin in the middle of a sentence, in a list of full lines hardly one.
    inside = sum(lines[i + 1].lstrip()[0].islower() for i in going_on)
    prose = len(full) > len(going_on) / 2 and inside > len(going_on) * _INSIDE
    joined = set(full if prose else ())
    joined.update(i for i in going_on if _breaks_off(*pairs[i], width))
    out = [lines[0]]
    for i, line in enumerate(lines[1:]):
        out += (" " if i in joined else "\n", line)
    return "".join(out)


def _relined(text: str) -> str:
    """Return a note that was run into one line with a line end for the space before a bullet or a heading."""
    if text.count("\n") * _LONG_LINE > len(text) or len(text) < _LONG_LINE or text.isupper():
        return text
    breaks = [match.start() for match in _INLINE_BULLET.finditer(text)]
    for match in _INLINE_CAPITALS.finditer(text):
        words = match["h"].split(" ")
        for count in range(len(words), 0, -1):
            heading = " ".join(words[:count])
            if heading.lower() in headings() and (count > 1 or len(heading) > _SHORT_HEADING):
                breaks += (match.start("h") - 1, match.start("h") + len(heading))
                break
    breaks += [
        match.start() - 1
        for match in _INLINE_LABEL.finditer(text)
        if match["h"].lower() in headings()
    ]
    expected = 1
    for match in _INLINE_NUMBER.finditer(text):
        if int(match[1]) in {1, expected}:
            breaks.append(match.start() - 1)
            expected = int(match[1]) + 1
    breaks += _titles(text)
    out = list(text)
    for place in breaks:
        if 0 <= place < len(out) and out[place] == " ":
            out[place] = "\n"
    return "".join(out)


def _titles(text: str) -> Iterator[int]:
    """Yield the spaces before short sentences behind which the label that is most often repeated opens a bullet.

    "... in a month. Hypertension. • Assessment: At goal." begins with what the bullet is about.
    """
    labels = list(_LABELLED_BULLET.finditer(text))
    (opening, times), *_ = Counter(match["label"] for match in labels).most_common(1) or [("", 0)]
    for match in labels if times >= _REPEATED else ():
        first = max(0, match.start() - _LONGEST_TITLE)
        title = _SHORT_SENTENCE.search(text[first : match.start()])
        if match["label"] == opening and title:
            yield first + title.start()


def _wrap_width(lines: Sequence[str]) -> int:
    """Return the column at which a note is hard-wrapped, 0 if it is not."""
    lengths = [len(line.rstrip()) for line in lines if line.strip()]
    wide = [length for length in lengths if length > _WIDEST]
    if len(lengths) < _FEWEST_LINES or len(wide) * _LINES_TO_ONE > len(lengths):
        return 0
    longest = max(length for length in lengths if length <= _WIDEST)
    if longest < _NARROWEST:
        return 0
    near = sum(longest - _RAGGED <= length for length in lengths)
    return longest if near >= max(_FEWEST_FULL, len(lengths) // 5) else 0


def _can_go_on(above: str, line: str) -> bool:
    """Whether a line can be the rest of the one above it: no item, and no heading."""
    if not above.strip() or not line.strip() or ITEM.match(line):
        return False
    opening = line.strip()
    label = _LABEL.match(opening)
    return not _LABELLED.match(opening) and not (label and label[1].lower() in headings())


def _overflows(above: str, line: str, width: int) -> bool:
    """Whether the first word of a line would not have fitted on the line above it."""
    return width < len(above.rstrip()) + 1 + len(line.split(maxsplit=1)[0])


def _breaks_off(above: str, line: str, width: int) -> bool:
    """Whether a long line ends in no mark and the next one begins in the middle of a sentence."""
    above, line = above.rstrip(), line.lstrip()
    return (
        len(above) > width * _NEARLY_FULL
        and above[-1] not in ".:;?!"
        and (line[0].islower() or line[0].isdigit())
    )
