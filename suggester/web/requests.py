"""What each request brings along: the office, the person, and the encounter it is about."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Request

from suggester.review.access import check_adds, check_decides, check_seen
from suggester.review.login_sessions import SignedIn
from suggester.review.people import ForbiddenError, Person
from suggester.web.office import Office
from suggester.web.visitor import Reception


def _office(request: Request) -> Office:
    office: Office = request.app.state.office
    office.succession.glance()
    return office


def _reception(request: Request) -> Reception:
    reception: Reception = request.app.state.reception
    return reception


def _person(request: Request) -> Person:
    person: Person = request.state.person
    return person


def _signed_in(request: Request) -> SignedIn:
    signed_in: SignedIn | None = request.state.visitor.signed_in
    if signed_in is None:
        raise ForbiddenError("This is for those who signed in with a name and a password.")
    return signed_in


def _any_number(
    encounter: Annotated[str, Path(pattern=r"^E[0-9]{1,9}$", description="Such as E12.")],
) -> int:
    return int(encounter[1:])


TheOffice = Annotated[Office, Depends(_office)]
TheReception = Annotated[Reception, Depends(_reception)]
ThePerson = Annotated[Person, Depends(_person)]
TheSignedIn = Annotated[SignedIn, Depends(_signed_in)]
#: An encounter, whoever may see it; for what asks that itself.
AnyNumber = Annotated[int, Depends(_any_number)]


def _seen_number(number: AnyNumber, office: TheOffice, person: ThePerson) -> int:
    # Before the question whose it is: who codes it again may not be its coder.
    office.quality.check_first(number, person)
    with office.database.reading() as session:
        check_seen(session, number, person)
    return number


def _own_number(number: AnyNumber, office: TheOffice, person: ThePerson) -> int:
    office.quality.check_first(number, person)
    with office.database.reading() as session:
        check_decides(session, number, person)
    return number


def _fed_number(number: AnyNumber, office: TheOffice, person: ThePerson) -> int:
    office.quality.check_first(number, person)
    with office.database.reading() as session:
        check_adds(session, number, person)
    return number


def _second_number(number: AnyNumber, office: TheOffice, person: ThePerson) -> int:
    office.quality.check_second(number, person)
    return number


#: An encounter that the person sees; to others it is not there.
TheNumber = Annotated[int, Depends(_seen_number)]
#: An encounter that the person decides on: nobody's or theirs.
OwnNumber = Annotated[int, Depends(_own_number)]
#: An encounter that the person may add a document to.
FedNumber = Annotated[int, Depends(_fed_number)]
#: An encounter whose second coding is the person's.
SecondNumber = Annotated[int, Depends(_second_number)]
