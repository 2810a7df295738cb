"""Put what the files of one release say together, and see that they are of one release."""

from __future__ import annotations

from collections.abc import Sequence

from suggester.codes.flat_columns import TITLES, FlatColumns
from suggester.codes.listing import Listing
from suggester.errors import InputError


def merge(listings: Sequence[Listing]) -> FlatColumns:
    """Return the columns of a release.

    Where two files have titles of the same kind, those in small letters are taken, otherwise
    those of the first.

    Raises
    ------
    InputError
        The files do not hold the same codes, or hold none.
    """
    whole = [listing for listing in listings if listing.is_whole]
    if not whole:
        raise InputError(
            f"{listings[0].source} only adds to the codes of a release; name the file of titles "
            "beside it."
        )
    codes = whole[0].codes
    if not codes:
        raise InputError(f"{whole[0].source} holds no codes; download it again.")
    for other in whole[1:]:
        _check_same(whole[0].source, codes, other.source, other.codes)
    for added in listings:
        if not added.is_whole and added.codes - codes:
            _check_same(whole[0].source, codes, added.source, codes | added.codes)
    known = sorted(codes)
    titles = {}
    for kind in TITLES:
        texts = _texts(kind, listings)
        if texts:
            titles[kind] = [texts.get(code, "") for code in known]
    added_on, ended_on = (
        {code: day for dates in reversed(kinds) for code, day in dates.items()}
        for kinds in ([x.added for x in listings], [x.ended for x in listings])
    )
    return FlatColumns(
        known,
        titles,
        _modifiers(listings),
        [added_on.get(code, "") for code in known] if added_on else [],
        [ended_on.get(code, "") for code in known] if ended_on else [],
    )


def _texts(kind: str, listings: Sequence[Listing]) -> dict[str, str]:
    found = [listing.titles[kind] for listing in listings if listing.titles.get(kind)]
    return min(found, key=_is_capitals, default={})


def _is_capitals(texts: dict[str, str]) -> bool:
    return all(text.upper() == text for text in texts.values())


def _modifiers(listings: Sequence[Listing]) -> dict[str, str]:
    holding = [listing for listing in listings if listing.modifiers]
    for other in holding[1:]:
        first = holding[0]
        _check_same(first.source, set(first.modifiers), other.source, set(other.modifiers))
    return dict(sorted(holding[0].modifiers.items())) if holding else {}


def _check_same(source: str, codes: set[str], other_source: str, other_codes: set[str]) -> None:
    different = sorted(codes ^ other_codes)
    if not different:
        return
    holder = source if different[0] in codes else other_source
    more = f" ({len(different):,} codes differ)" if len(different) > 1 else ""
    raise InputError(
        f"{source} and {other_source} are not of the same release or one is damaged: only {holder} "
        f"holds {different[0]}{more}."
    )
