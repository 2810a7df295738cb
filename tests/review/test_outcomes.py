"""What became of suggestions, from decisions in the database."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from sqlalchemy import event as sqlalchemy_event
from sqlalchemy import update

from suggester.errors import InputError
from suggester.review.database import Database
from suggester.review.events import Event
from suggester.review.finished import Chosen, Period, finished
from suggester.review.outcomes import decided_codes, timed
from suggester.review.overview import Overviews, choices, overview
from suggester.review.people import Person
from suggester.review.tables import Coding
from suggester.review.trail import now
from tests.review.desks import FINISH, accept, account, arrive, decide, mend, read, second_coding


@pytest.fixture
def ann(database: Database) -> Person:
    return account(database, "ann")


_ALL = Chosen()


def outcomes(database: Database, chosen: Chosen = _ALL) -> dict[str, str]:
    with database.reading() as session:
        return {
            row.code: row.outcome
            for done in finished(session, chosen)
            for row in decided_codes(done)
        }


def finish_on(database: Database, number: int, day: datetime.date) -> None:
    moment = datetime.datetime.combine(day, datetime.time(12), datetime.UTC)
    with database.transaction() as session:
        session.execute(
            update(Coding).where(Coding.encounter_id == number).values(finished_at=moment)
        )


TYPED = {"kind": "add", "code": "I50.9", "origin": "typed"}


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        (accept("I10"), {"I10": "accepted"}),
        ([{"kind": "accept_many", "codes": [["icd10cm", "I10"], ["icd10cm", "I50.9"]]}],
         {"I10": "accepted", "I50.9": "accepted"}),
        ([{"kind": "replace", "code": "I50.9", "with": "I50.22"}],
         {"I50.9": "edited", "I50.22": "added"}),
        ([{"kind": "replace", "code": "I50.9", "with": "E11.9"}],
         {"I50.9": "edited", "E11.9": "typed_although_suggested"}),
        ([{"kind": "reject", "code": "I10", "reason": "ruled_out"}, *accept("E11.9")],
         {"I10": "rejected", "E11.9": "accepted"}),
        ([{"kind": "add", "code": "M10.9", "origin": "selection"}], {"M10.9": "added"}),
        ([TYPED], {"I50.9": "typed_although_suggested"}),
        ([TYPED | {"origin": "rule"}], {"I50.9": "accepted"}),
        ([*accept("I10", "I50.9"), {"kind": "remove", "code": "I10"}],
         {"I10": "rejected", "I50.9": "accepted"}),
        # The last decision counts, and what is taken back does not.
        ([*accept("I10"), {"kind": "undo"}, TYPED], {"I50.9": "typed_although_suggested"}),
        ([{"kind": "reject", "code": "I10", "reason": "ruled_out"}, *accept("I10")],
         {"I10": "accepted"}),
        ([{"kind": "pend", "reason": "ask"}, {"kind": "undo"}, *accept("I10")],
         {"I10": "accepted"}),
        # A mend counts by what it did.
        ([*accept("I10", "I50.9"), mend(replace={"I10": "I11.0"})],
         {"I10": "edited", "I11.0": "added", "I50.9": "accepted"}),
        ([*accept("I10", "R60.0"), mend(remove=["R60.0"])], {"I10": "accepted", "R60.0": "rejected"}),
        ([*accept("I10"), mend(add=["E11.9", "Z79.4"])],
         {"I10": "accepted", "E11.9": "accepted", "Z79.4": "added"}),
        # It cannot take off what is not assigned: that was left.
        ([*accept("I10"), mend(remove=["R60.0"])], {"I10": "accepted"}),
        ([*accept("I10"), mend(replace={"I10": "I11.0"}), {"kind": "undo"}], {"I10": "accepted"}),
    ],
)  # fmt: skip
def test_what_became_of_each_code(
    database: Database, ann: Person, steps: list[dict[str, Any] | Event], told: dict[str, str]
) -> None:
    number = arrive(database, ann)
    decide(database, number, ann, *steps, FINISH)
    left = dict.fromkeys(("I10", "I50.9", "E11.9", "R60.0"), "left")
    assert outcomes(database) == left | told


def test_only_what_is_finished_counts(database: Database, ann: Person) -> None:
    number = arrive(database, ann)
    decide(database, number, ann, *accept("I10"))
    assert outcomes(database) == {}
    decide(database, number, ann, FINISH)
    assert outcomes(database)["I10"] == "accepted"
    decide(database, number, ann, {"kind": "reopen", "reason": "late report"})
    assert outcomes(database) == {}
    decide(database, number, ann, {"kind": "remove", "code": "I10"}, *accept("E11.9"), FINISH)
    assert outcomes(database)["I10"] == "rejected"


def test_the_last_reading_before_finishing_counts(database: Database, ann: Person) -> None:
    number = arrive(database, ann)
    read(database, number, {"I10": 0.5, "M10.9": 0.4}, "2.0.0")
    decide(database, number, ann, *accept("I10"), FINISH)
    read(database, number, {"J18.9": 0.9}, "3.0.0")
    assert outcomes(database) == {"I10": "accepted", "M10.9": "left"}
    with database.reading() as session:
        [done] = finished(session, Chosen())
        assert done.model == "default 2.0.0"
        assert {row.confidence for row in decided_codes(done)} == {0.5, 0.4}


def test_second_codings_are_not_counted(database: Database, ann: Person) -> None:
    number, ben = arrive(database, ann), account(database, "ben")
    decide(database, number, ann, *accept("I10"), FINISH)
    second_coding(database, number, ben)
    decide(database, number, ben, *accept("E11.9"), FINISH, kind="second")
    assert outcomes(database)["E11.9"] == "left"


def test_time_is_that_of_the_coding(database: Database, ann: Person) -> None:
    number = arrive(database, ann)
    decide(database, number, ann, *accept("I10"), FINISH, seconds=7.5)
    with database.reading() as session:
        [done] = finished(session, Chosen())
    row = timed(done)
    assert (row.coder, row.seconds, row.characters) == ("ann", 15.0, len("Note of visit."))


def test_period_coder_and_model_are_chosen(database: Database, ann: Person) -> None:
    ben = account(database, "ben")
    days = [datetime.date(2026, 3, day) for day in (1, 2, 3)]
    for day, who in zip(days, (ann, ben, ann), strict=True):
        number = arrive(database, ann, str(day), suggested={"I10": 0.9})
        if day == days[2]:
            read(database, number, {"I10": 0.9}, "2.0.0")
        decide(database, number, who, *accept("I10"), FINISH)
        finish_on(database, number, day)

    def many(**what: Any) -> int:
        return overview(database, Chosen(**what)).encounters

    assert many() == 3
    assert many(period=Period(days[1], days[1])) == 1
    assert many(period=Period(until=days[1])) == 2
    assert many(coder="ann") == 2
    assert many(coder="ann", model="default 2.0.0") == 1
    assert many(coder="nobody") == 0
    assert choices(database) == {
        "coders": ["ann", "ben"], "models": ["default 1.0.0", "default 2.0.0"],
    }  # fmt: skip
    assert choices(database, "ben")["coders"] == ["ben"]


def test_a_period_is_compared_with_the_one_before(database: Database, ann: Person) -> None:
    for day, confidence, unknown in ((3, 0.2, 0.0), (9, 0.9, 0.3)):
        for copy in range(5):
            number = arrive(database, ann, f"{day} {copy}", unknown, {"I10": confidence})
            decide(database, number, ann, *accept("I10"), FINISH)
            finish_on(database, number, datetime.date(2026, 3, day))
    found = overview(
        database, Chosen(Period(datetime.date(2026, 3, 8), datetime.date(2026, 3, 14)))
    )
    assert found.unknown.share == 1
    assert found.drift is not None
    assert found.drift.earlier.period == Period(
        datetime.date(2026, 3, 1), datetime.date(2026, 3, 7)
    )
    assert (found.drift.encounters, found.drift.unknown_before.share) == (5, 0)
    assert found.drift.confidences is not None
    assert found.drift.confidences.ks == 1


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(InputError, match="ends before it begins"):
        Period(datetime.date(2026, 3, 2), datetime.date(2026, 3, 1))


def test_many_encounters_take_few_queries(database: Database, ann: Person) -> None:
    for copy in range(12):
        number = arrive(database, ann, str(copy))
        decide(database, number, ann, *accept("I10"), FINISH)
    asked: list[str] = []
    sqlalchemy_event.listen(
        database.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )
    assert overview(database, Chosen()).outcomes.accepted == 12
    assert len([query for query in asked if query.startswith("SELECT")]) <= 5


def test_figures_are_kept_until_something_is_finished(database: Database, ann: Person) -> None:
    overviews, chosen = Overviews(database), Chosen(Period(until=now().date()))
    first = overviews.get(chosen)
    assert overviews.get(chosen) is first
    decide(database, arrive(database, ann), ann, *accept("I10"), FINISH)
    assert overviews.get(chosen).encounters == 1


def test_without_an_earlier_period_the_later_half_is_compared_with_the_first(
    database: Database, ann: Person
) -> None:
    for day, confidence, unknown in ((2, 0.2, 0.0), (3, 0.2, 0.3), (4, 0.9, 0.3)):
        number = arrive(database, ann, str(day), unknown, {"I10": confidence})
        decide(database, number, ann, *accept("I10"), FINISH)
        finish_on(database, number, datetime.date(2026, 3, day))
    days = [datetime.date(2026, 3, day) for day in (1, 2, 3, 4)]
    found = overview(database, Chosen(Period(days[0], days[3]))).drift
    assert found is not None
    assert (found.earlier.period, found.period) == (Period(*days[:2]), Period(*days[2:]))
    assert (found.encounters, found.unknown_before.share, found.unknown.share) == (1, 0, 1)
    assert found.confidences is not None
    assert (found.confidences.reference, found.confidences.current) == (1, 2)


def test_unfamiliar_notes_are_told_week_by_week(database: Database, ann: Person) -> None:
    # 2026-03-02 is a Monday, of week 10; nothing is finished in week 11.
    for day, unknown in ((2, 0.2), (8, 0.05), (16, 0.3)):
        number = arrive(database, ann, str(day), unknown)
        decide(database, number, ann, *accept("I10"), FINISH)
        finish_on(database, number, datetime.date(2026, 3, day))
    weeks = overview(database, Chosen()).unknown_weeks
    assert [(week, row.notes, row.share) for week, row in weeks] == [
        ("2026-W10", 2, 0.5), ("2026-W11", 0, None), ("2026-W12", 1, 1.0),
    ]  # fmt: skip


def test_only_what_changed_is_read_again(database: Database, ann: Person) -> None:
    ben = account(database, "ben")
    numbers = {}
    for who in (ann, ben):
        numbers[who.name] = arrive(database, who, who.name)
        decide(database, numbers[who.name], who, *accept("I10"), FINISH)
    overviews = Overviews(database)
    assert overviews.get(Chosen()).outcomes.accepted == 2
    asked: list[str] = []
    sqlalchemy_event.listen(
        database.engine, "before_cursor_execute", lambda *given: asked.append(given[2])
    )
    assert overviews.get(Chosen(coder="ann")).outcomes.accepted == 1
    assert not any("FROM suggested" in query for query in asked), "it was counted before"
    again = [{"kind": "reopen", "reason": "late report"}, *accept("E11.9"), FINISH]
    decide(database, numbers["ben"], ben, *again)
    asked.clear()
    found = overviews.get(Chosen())
    assert [(row.group, row.accepted) for row in found.coders] == [("ann", 1), ("ben", 2)]
    assert sum("FROM suggested" in query for query in asked) == 1
