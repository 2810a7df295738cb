"""Second codings: drawn, blind, compared and settled, on both databases."""

from __future__ import annotations

import datetime

import pytest

from suggester.errors import InputError
from suggester.review.adjudication import (
    Choice,
    Difference,
    closing,
    differences,
    events_for,
    settled_lines,
)
from suggester.review.codings import Codings
from suggester.review.comparison import Pair, compare, pair_of
from suggester.review.database import Database
from suggester.review.finished import Chosen, Period
from suggester.review.intake import UnknownEncounterError
from suggester.review.overview import Overviews
from suggester.review.people import ForbiddenError, Person
from suggester.review.quality import Quality
from suggester.review.retention import purge
from suggester.review.settled import settled, settled_encounters
from suggester.review.tables import AuditRow, Coding
from suggester.review.trail import now
from tests.review.desks import FINISH, accept, account, arrive, decide, second_coding

DX = "icd10cm"
#: ann: I10 first, E11.9, M10.9.   ben: E11.9 first, I10, I50.9, E78.5.
ANN = [*accept("I10", "E11.9"), {"kind": "add", "code": "M10.9", "origin": "typed"}]
BEN = [*accept("E11.9", "I10", "I50.9"), {"kind": "add", "code": "E78.5", "origin": "typed"}]


@pytest.fixture
def people(database: Database) -> dict[str, Person]:
    return {
        name: account(database, name, role)
        for name, role in (
            ("ann", "coder"), ("ben", "coder"), ("cyd", "coder"), ("olga", "auditor"),
        )
    }  # fmt: skip


def first_coding(database: Database, who: Person, name: str = "visit") -> int:
    number = arrive(database, who, name)
    decide(database, number, who, *accept("I10"), FINISH)
    return number


def coded_twice(database: Database, people: dict[str, Person], name: str = "visit") -> int:
    number = arrive(database, people["ann"], name)
    decide(database, number, people["ann"], *ANN, FINISH)
    second_coding(database, number, people["ben"])
    decide(database, number, people["ben"], *BEN, FINISH, kind="second")
    return number


def audited(database: Database, action: str) -> list[AuditRow]:
    with database.reading() as session:
        return [row for row in session.query(AuditRow) if row.action == action]


def test_a_draw_gives_each_coders_share_to_somebody_else(
    database: Database, people: dict[str, Person]
) -> None:
    mine = {first_coding(database, people["ann"], f"a{n}") for n in range(10)}
    first_coding(database, people["ben"], "b")
    quality = Quality(database)
    drawn = quality.draw(0.2, 7, Period(), people["olga"], ["ann", "ben", "cyd"])
    # A fifth of ten is two, a fifth of one is rounded up to one.
    assert [row.first_coder for row in drawn.given] == ["ann", "ann", "ben"]
    assert all(row.first_coder != row.second_coder for row in drawn.given)
    assert {int(row.encounter) for row in drawn.given[:2]} <= mine
    assert sum(quality.unfinished().values()) == 3
    for row in drawn.given:
        waiting = quality.waiting(people[row.second_coder])
        assert int(row.encounter) in [one.encounter for one in waiting]
    [sampled] = audited(database, "sampled")
    assert (sampled.who, sampled.detail["rate"], sampled.detail["seed"], sampled.detail["given"]) == (
        "olga", 0.2, 7, 3,
    )  # fmt: skip
    assert {(row.encounter_id, row.detail["to"]) for row in audited(database, "second coding")} == {
        (int(row.encounter), row.second_coder) for row in drawn.given
    }


def test_drawing_again_gives_nothing_new_and_more_gives_the_rest(
    database: Database, people: dict[str, Person]
) -> None:
    for n in range(4):
        first_coding(database, people["ann"], f"a{n}")
    quality = Quality(database)
    assert len(quality.draw(0.5, 1, Period(), people["olga"]).given) == 2
    again = quality.draw(0.5, 1, Period(), people["olga"])
    assert (again.given, again.before) == ((), 2)
    rest = quality.draw(1, 1, Period(), people["olga"])
    assert (len(rest.given), rest.before) == (2, 2)


def test_the_period_and_what_is_finished_decide_what_can_be_drawn(
    database: Database, people: dict[str, Person]
) -> None:
    first_coding(database, people["ann"])
    decide(database, arrive(database, people["ann"], "open"), people["ann"], *accept("I10"))
    yesterday = now().date() - datetime.timedelta(days=1)
    quality = Quality(database)
    assert quality.draw(1, 1, Period(until=yesterday), people["olga"]).given == ()
    assert len(quality.draw(1, 1, Period(), people["olga"]).given) == 1


def test_only_auditors_draw_and_only_known_coders_code_again(
    database: Database, people: dict[str, Person]
) -> None:
    first_coding(database, people["ann"])
    quality = Quality(database)
    with pytest.raises(ForbiddenError, match="Only an auditor"):
        quality.draw(1, 1, Period(), people["ben"])
    with pytest.raises(InputError, match="no coder named 'eve'"):
        quality.draw(1, 1, Period(), people["olga"], ["eve"])
    with pytest.raises(InputError, match="who has not worked on it"):
        quality.draw(1, 1, Period(), people["olga"], ["ann"])
    with pytest.raises(InputError, match="above 0 and at most 1"):
        quality.draw(0, 1, Period(), people["olga"])
    assert quality.unfinished() == {}, "what fails leaves nothing behind"


def test_somebody_who_decided_anything_is_not_blind(
    database: Database, people: dict[str, Person]
) -> None:
    number = arrive(database, people["ann"])
    decide(database, number, people["ben"], *accept("I10"))
    decide(database, number, people["ben"], {"kind": "remove", "code": "I10"}, *accept("E11.9"))
    with database.transaction() as session:
        coding = session.query(Coding).filter_by(encounter_id=number, kind="first").one()
        coding.locked_by = None
    from suggester.review.worklist import Worklist

    Worklist(database).assign(number, "ann", Person("root", "admin"))
    decide(database, number, people["ann"], FINISH)
    [given] = Quality(database).draw(1, 1, Period(), people["olga"], ["ann", "ben", "cyd"]).given
    assert (given.first_coder, given.second_coder) == ("ann", "cyd")


def test_the_only_user_of_a_computer_may_code_again(database: Database) -> None:
    alone = account(database, "local user", "admin", can_sign_in=False)
    number = first_coding(database, alone)
    quality = Quality(database)
    [given] = quality.draw(1, 1, Period(), alone).given
    assert given.second_coder == "local user"
    assert quality.is_blind(number, alone)
    assert quality.check_second(number, alone), "it is known to be the same person"


def test_a_second_coder_is_blind_until_finished(
    database: Database, people: dict[str, Person]
) -> None:
    number = first_coding(database, people["ann"])
    second_coding(database, number, people["ben"])
    quality = Quality(database)
    assert quality.is_blind(number, people["ben"])
    assert not quality.is_blind(number, people["cyd"])
    with pytest.raises(ForbiddenError, match="not shown before you finish"):
        quality.check_first(number, people["ben"])
    with pytest.raises(ForbiddenError, match="for another coder"):
        quality.check_second(number, people["olga"])
    # Other coders are not told that there is one: it could be theirs that is checked.
    with pytest.raises(UnknownEncounterError, match="no second coding"):
        quality.check_second(number, people["cyd"])
    with pytest.raises(UnknownEncounterError, match="no second coding"):
        quality.check_second(first_coding(database, people["ann"], "other"), people["ben"])
    assert Codings(database).state(number, "second").sheet.lines == ()
    assert quality.next(people["ben"]) == number
    decide(database, number, people["ben"], *accept("I10"), FINISH, kind="second")
    quality.check_first(number, people["ben"])
    assert quality.next(people["ben"]) is None
    assert [row.finished for row in quality.waiting(people["ben"])] == [True]


def test_a_note_that_was_deleted_waits_for_nobody(
    database: Database, people: dict[str, Person]
) -> None:
    number = first_coding(database, people["ann"])
    second_coding(database, number, people["ben"])
    purge(database, 0, people["olga"])
    quality = Quality(database)
    assert quality.waiting(people["ben"]) == []
    assert quality.unfinished() == {}
    assert quality.draw(1, 1, Period(), people["olga"]).given == ()


def test_figures_keep_from_an_auditor_what_they_code_blind(
    database: Database, people: dict[str, Person]
) -> None:
    hidden = first_coding(database, people["ann"], "hidden")
    first_coding(database, people["ann"], "seen")
    second_coding(database, hidden, people["olga"])
    overviews = Overviews(database)
    mine, theirs = Chosen(blind=people["olga"].id), Chosen(blind=people["ben"].id)
    assert overviews.get(mine).encounters == 1
    assert overviews.get(theirs).encounters == 2
    decide(database, hidden, people["olga"], *accept("I10"), FINISH, kind="second")
    assert overviews.get(mine).encounters == 2


def test_two_codings_compared(database: Database, people: dict[str, Person]) -> None:
    number = coded_twice(database, people)
    found = compare(database, Period())
    # Suggested or assigned: I10 I50.9 E11.9 R60.0 M10.9 E78.5. Both: I10 E11.9. Neither: R60.0.
    cells = found.all.decisions
    assert (cells.both, cells.only_first, cells.only_second, cells.neither) == (2, 1, 2, 1)
    # 3 of 6 the same; by chance (3·4 + 3·2) / 36 = 1/2: kappa 0.
    assert (cells.observed, cells.expected, cells.kappa) == (0.5, 0.5, 0)
    assert found.all.micro_f1 == pytest.approx(4 / 7)  # 2·2 / (2·2 + 1 + 2)
    assert (found.all.exact_match, found.all.first_listed) == (0, 0)
    [(first, second, agreed)] = found.by_pair
    assert (first, second, agreed) == ("ann", "ben", found.all)
    assert [pair.encounter for pair in found.to_settle] == [number]


def test_comparison_is_by_coder_and_by_the_day_of_the_second_coding(
    database: Database, people: dict[str, Person]
) -> None:
    coded_twice(database, people)
    same = first_coding(database, people["cyd"], "same")
    second_coding(database, same, people["ben"])
    decide(database, same, people["ben"], *accept("I10"), FINISH, kind="second")
    first_coding(database, people["ann"], "once only")
    assert compare(database, Period()).all.encounters == 2
    assert compare(database, Period(), "cyd").all.exact_match == 1
    assert compare(database, Period(), None, "ben").all.encounters == 2
    assert compare(database, Period(), None, "ann").all.encounters == 0
    yesterday = now().date() - datetime.timedelta(days=1)
    assert compare(database, Period(until=yesterday)).all.encounters == 0
    assert [pair.title for pair in compare(database, Period()).to_settle] == ["visit"]


def test_an_unfinished_second_coding_is_no_pair(
    database: Database, people: dict[str, Person]
) -> None:
    number = first_coding(database, people["ann"])
    second_coding(database, number, people["ben"])
    decide(database, number, people["ben"], *accept("I10"), kind="second")
    assert pair_of(database, number) is None
    decide(database, number, people["ben"], FINISH, kind="second")
    pair = pair_of(database, number)
    assert pair is not None
    assert pair.disagreement is None


@pytest.fixture
def pair(database: Database, people: dict[str, Person]) -> Pair:
    found = pair_of(database, coded_twice(database, people))
    assert found is not None
    return found


def lines(pair: Pair, *took: Choice, first: str | None = None) -> list[str]:
    return [line.code for line in settled_lines(pair, took, first)]


def test_what_is_to_be_settled(pair: Pair) -> None:
    found = differences(pair)
    assert found.codes == (
        Difference((DX, "M10.9"), None),
        Difference(None, (DX, "I50.9")),
        Difference(None, (DX, "E78.5")),
    )
    assert found.codes[0].choices == ("first", "second", "other")
    assert found.first_listed == ((DX, "I10"), (DX, "E11.9"))


def test_choices_make_the_codes(pair: Pair) -> None:
    first, second, other = Choice("first"), Choice("second"), Choice("other", (DX, "E78.2"))
    assert lines(pair, first, first, first) == ["I10", "E11.9", "M10.9"]
    assert lines(pair, second, second, second) == ["I10", "E11.9", "I50.9", "E78.5"]
    assert lines(pair, second, second, other, first="E11.9") == ["E11.9", "I10", "I50.9", "E78.2"]


@pytest.mark.parametrize(
    ("took", "first", "sentence"),
    [
        ([Choice("first")], None, "Each of the 3 differences"),
        ([Choice("both"), Choice("first"), Choice("first")], None, "choose one of"),
        ([Choice("other"), Choice("first"), Choice("first")], None, "Name the third code"),
        ([Choice("second"), Choice("first"), Choice("first")], "M10.9", "not among the codes"),
    ],
)
def test_a_choice_that_cannot_be_made_is_said(
    pair: Pair, took: list[Choice], first: str | None, sentence: str
) -> None:
    with pytest.raises(InputError, match=sentence):
        settled_lines(pair, took, first)


def settle(database: Database, number: int, auditor: Person, *took: Choice) -> None:
    pair = pair_of(database, number)
    assert pair is not None
    with database.transaction() as session:
        session.add(Coding(encounter_id=number, kind="adjudication", version=0, seconds=0.0))
    made = events_for(settled_lines(pair, took, "I10"), (), pair.suggested)
    closes = closing(differences(pair).codes, took, "As the note says.")
    decide(database, number, auditor, *made, closes, kind="adjudication")


def test_what_was_settled_counts_until_the_first_coding_changes(
    database: Database, people: dict[str, Person]
) -> None:
    number = coded_twice(database, people)
    settle(database, number, people["olga"], Choice("second"), Choice("second"), Choice("first"))
    state = Codings(database).state(number, "adjudication")
    assert [line.code for line in state.sheet.lines] == ["I10", "E11.9", "I50.9"]
    assert state.events[-1].fields["note"] == "As the note says."
    with database.reading() as session:
        who = settled(session, number)
        assert who is not None
        assert who.by == "olga"
        assert settled_encounters(session) == {number}
    assert compare(database, Period()).to_settle == ()
    decide(database, number, people["ann"], {"kind": "reopen", "reason": "late report"})
    with database.reading() as session:
        assert settled(session, number) is None
    decide(database, number, people["ann"], FINISH)
    with database.reading() as session:
        assert settled(session, number) is None
        assert settled_encounters(session) == set()
    assert [pair.encounter for pair in compare(database, Period()).to_settle] == [number]
