"""What each request brings along: the office and the person."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from suggester.review.people import Person
from suggester.web.office import Office


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


def _person(request: Request) -> Person:
    person: Person = request.state.person
    return person


def _number(
    encounter: Annotated[str, Path(pattern=r"^E[0-9]{1,9}$", description="Such as E12.")],
) -> int:
    return int(encounter[1:])


TheOffice = Annotated[Office, Depends(_office)]
ThePerson = Annotated[Person, Depends(_person)]
TheNumber = Annotated[int, Depends(_number)]
