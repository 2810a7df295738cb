from __future__ import annotations

import datetime
import threading

import pytest
from sqlalchemy import func, select

from suggester.encounter import Encounter
from suggester.errors import InputError
from suggester.review import api_tokens, login_sessions, sign_in
from suggester.review.access import check_arrival, check_decides, check_seen, sees
from suggester.review.accounts import Accounts
from suggester.review.api_tokens import Tokens
from suggester.review.database import Database
from suggester.review.intake import Intake, UnknownEncounterError
from suggester.review.login_sessions import Sessions
from suggester.review.people import ADMIN, ForbiddenError, Person
from suggester.review.sign_in import (
    MOST_BY_ADDRESS,
    MOST_BY_NAME,
    SignIn,
    SignInError,
    ThrottledError,
)
from suggester.review.tables import Account, ApiToken, AuditRow, LoginFailure, LoginSession
from suggester.review.trail import now
from suggester.review.worklist import Worklist

BOSS = Person("command line", ADMIN)
PASSWORD = "correct horse battery"
MINUTE, HOUR = datetime.timedelta(minutes=1), datetime.timedelta(hours=1)
HERE = "192.0.2.7"


@pytest.fixture
def accounts(database: Database) -> Accounts:
    """Accounts, of which there is one administrator."""
    made = Accounts(database)
    made.add("root", "admin", PASSWORD, BOSS)
    return made


@pytest.fixture
def ann(accounts: Accounts) -> Person:
    return accounts.add("ann", "coder", PASSWORD, BOSS)


def sessions(database: Database) -> Sessions:
    return Sessions(database, idle=30 * MINUTE, longest=12 * HOUR)


def later(patch: pytest.MonkeyPatch, by: datetime.timedelta) -> None:
    """Let time pass for sessions, tokens and failures."""
    for module in (login_sessions, api_tokens, sign_in):
        patch.setattr(module, "now", lambda: now() + by)


def audited(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id))
        return [(row.who, row.action) for row in rows]


def test_the_first_account_is_an_administrator(database: Database) -> None:
    made = Accounts(database)
    assert not made.any_admin()
    with pytest.raises(InputError, match="first account is an administrator"):
        made.add("ann", "coder", PASSWORD, BOSS)
    made.add("root", "admin", PASSWORD, BOSS)
    assert made.any_admin()


def test_passwords_are_kept_as_argon2_only(database: Database, ann: Person) -> None:
    with database.reading() as session:
        kept = session.scalar(select(Account.password).where(Account.name == "ann"))
    assert kept is not None
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept


@pytest.mark.parametrize(
    "password", ["", "short", "aaaaaaaaaaaaaaaa", "x" * 1001, "ann-likes-horses"]
)
def test_weak_passwords_are_refused_and_not_quoted(accounts: Accounts, password: str) -> None:
    with pytest.raises(InputError, match="password") as caught:
        accounts.add("ann", "coder", password, BOSS)
    assert not password or password not in str(caught.value)
    assert [row.name for row in accounts.listed()] == ["root"]


@pytest.mark.parametrize("name", ["", "me", "None", "local user", "a\nb", "x" * 101, "<b>", "Root"])
def test_names_that_cannot_be_used_are_refused(accounts: Accounts, name: str) -> None:
    with pytest.raises(InputError, match="name"):
        accounts.add(name, "coder", PASSWORD, BOSS)


def test_the_last_administrator_stays(accounts: Accounts, ann: Person) -> None:
    with pytest.raises(InputError, match="last administrator"):
        accounts.disable("root", BOSS)
    with pytest.raises(InputError, match="last administrator"):
        accounts.set_role("root", "coder", BOSS)
    accounts.set_role("ann", "admin", BOSS)
    accounts.disable("root", BOSS)
    assert accounts.any_admin()


def test_two_administrators_cannot_take_the_role_from_each_other_at_once(
    accounts: Accounts,
) -> None:
    accounts.add("ann", "admin", PASSWORD, BOSS)
    refused: list[str] = []

    def demote(name: str) -> None:
        try:
            accounts.set_role(name, "coder", BOSS)
        except InputError as error:
            refused.append(str(error))

    threads = [threading.Thread(target=demote, args=(name,)) for name in ("ann", "root")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 1
    assert accounts.any_admin()


def test_a_right_password_lets_in(database: Database, ann: Person) -> None:
    assert SignIn(database).check("ann", PASSWORD, HERE) == ann


def test_whatever_is_wrong_the_sentence_is_the_same(
    database: Database, accounts: Accounts, ann: Person
) -> None:
    accounts.add("robot", "service", None, BOSS)
    accounts.add("gone", "coder", PASSWORD, BOSS)
    accounts.disable("gone", BOSS)
    said = set()
    wrong = [("ann", "wrong horse battery"), ("eve", PASSWORD), ("robot", ""), ("gone", PASSWORD)]
    for name, password in [*wrong, ("ann", PASSWORD + "x" * 2000), ("", "")]:
        with pytest.raises(SignInError) as caught:
            SignIn(database).check(name, password, HERE)
        said.add(str(caught.value))
    assert said == {"The name or the password is wrong."}


@pytest.mark.parametrize("name", ["ann", "nobody here"])
def test_a_name_that_failed_too_often_waits_whether_it_exists_or_not(
    database: Database, ann: Person, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(MOST_BY_NAME):
        with pytest.raises(SignInError):
            SignIn(database).check(name, f"guess number {number}", f"192.0.2.{number}")
    # In any process, from anywhere, and with the right password too.
    with pytest.raises(ThrottledError) as caught:
        SignIn(database).check(name, PASSWORD, "198.51.100.1")
    assert 0 < caught.value.seconds <= 15 * 60
    assert SignIn(database).check("root", PASSWORD, "198.51.100.1").name == "root"
    later(monkeypatch, 16 * MINUTE)
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LoginFailure)) == MOST_BY_NAME * 2
    if name == "ann":
        assert SignIn(database).check(name, PASSWORD, HERE) == ann
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(LoginFailure)) == 0


def test_an_address_that_tries_many_names_waits(database: Database, ann: Person) -> None:
    with database.transaction() as session:
        who = database.sealer.fingerprint("sign-in address", HERE)
        session.add_all(LoginFailure(who=who, at=now()) for _ in range(MOST_BY_ADDRESS))
    with pytest.raises(ThrottledError):
        SignIn(database).check("ann", PASSWORD, HERE)
    assert SignIn(database).check("ann", PASSWORD, "198.51.100.1") == ann


def test_of_many_guesses_at_once_none_gets_past_the_limit(
    database: Database, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_at = []

    def look(kept: str | None, password: str) -> bool:
        looked_at.append(password)
        return False

    monkeypatch.setattr(sign_in, "is_right", look)

    def guess() -> None:
        with pytest.raises((SignInError, ThrottledError)):
            SignIn(database).check("ann", "a guess", HERE)

    threads = [threading.Thread(target=guess) for _ in range(MOST_BY_NAME * 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(looked_at) <= MOST_BY_NAME


def test_nothing_typed_is_kept(database: Database, accounts: Accounts) -> None:
    for name in ("my-secret-typed-here", "root"):
        with pytest.raises(SignInError):
            SignIn(database).check(name, "my-secret-typed-here", HERE)
    with database.reading() as session:
        kept = [str((row.who, row.action, row.detail)) for row in session.scalars(select(AuditRow))]
        kept += list(session.scalars(select(LoginFailure.who)))
    assert "my-secret" not in "".join(kept)
    assert audited(database)[-2:] == [("nobody", "sign-in failed"), ("root", "sign-in failed")]


def test_a_session_is_known_by_its_cookie_of_which_only_a_digest_is_kept(
    database: Database, ann: Person
) -> None:
    cookie = sessions(database).open(ann, None, HERE)
    known = sessions(database).known(cookie)
    assert known is not None
    assert (known.person, len(known.csrf) > 40) == (ann, True)
    with database.reading() as session:
        row = session.scalars(select(LoginSession)).one()
        assert cookie not in (row.digest, row.csrf)
    assert sessions(database).known(cookie + "x") is None
    assert sessions(database).known("") is None
    assert sessions(database).known(row.digest) is None


def test_a_session_ends_when_it_is_not_used(
    database: Database, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = sessions(database).open(ann, None, HERE)
    later(monkeypatch, 29 * MINUTE)
    assert sessions(database).known(cookie)
    later(monkeypatch, 58 * MINUTE)
    assert sessions(database).known(cookie, is_use=False)
    later(monkeypatch, 60 * MINUTE)
    assert sessions(database).known(cookie) is None


def test_a_session_ends_however_much_it_is_used(
    database: Database, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    cookie = sessions(database).open(ann, None, HERE)
    for minutes in range(20, 12 * 60, 20):
        later(monkeypatch, minutes * MINUTE)
        assert sessions(database).known(cookie), minutes
    later(monkeypatch, 12 * HOUR)
    assert sessions(database).known(cookie) is None


def test_signing_in_again_ends_the_session_before(database: Database, ann: Person) -> None:
    old = sessions(database).open(ann, None, HERE)
    new = sessions(database).open(ann, old, HERE)
    assert sessions(database).known(old) is None
    assert sessions(database).known(new)


def test_a_new_password_or_being_disabled_ends_sessions(
    database: Database, accounts: Accounts, ann: Person
) -> None:
    mine, other = (sessions(database).open(ann, None, HERE) for _ in range(2))
    known = sessions(database).known(mine)
    assert known is not None
    accounts.set_password("ann", "another horse battery", ann, keep=known.digest)
    assert sessions(database).known(mine)
    assert sessions(database).known(other) is None
    accounts.disable("ann", BOSS)
    assert sessions(database).known(mine) is None
    accounts.enable("ann", BOSS)
    assert sessions(database).known(mine) is None


def test_another_role_holds_at_once(database: Database, accounts: Accounts, ann: Person) -> None:
    cookie = sessions(database).open(ann, None, HERE)
    accounts.set_role("ann", "auditor", BOSS)
    known = sessions(database).known(cookie)
    assert known is not None
    assert known.person.role == "auditor"


def test_a_token_holds_until_it_ends_or_is_revoked(
    database: Database, accounts: Accounts, ann: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = accounts.add("robot", "service", None, BOSS)
    tokens = Tokens(database)
    first, second = (tokens.issue(robot, label, 30, BOSS) for label in ("nightly", "spare"))
    assert tokens.known(first) == robot
    assert tokens.known(first[:-1]) is None
    with database.reading() as session:
        assert first not in str(session.execute(select(ApiToken.digest, ApiToken.label)).all())
    number = tokens.listed(robot.id)[0].id
    with pytest.raises(InputError, match="no token"):
        tokens.revoke(number, ann, ann)
    tokens.revoke(number, robot, BOSS)
    assert tokens.known(first) is None
    assert [token.label for token in tokens.listed()] == ["spare"]
    later(monkeypatch, 31 * 24 * HOUR)
    assert tokens.known(second) is None


def test_disabling_a_service_revokes_its_tokens(database: Database, accounts: Accounts) -> None:
    robot = accounts.add("robot", "service", None, BOSS)
    token = Tokens(database).issue(robot, "nightly", 30, BOSS)
    accounts.disable("robot", BOSS)
    accounts.enable("robot", BOSS)
    assert Tokens(database).known(token) is None


def test_a_service_gets_no_password_and_is_no_person(accounts: Accounts) -> None:
    accounts.add("robot", "service", None, BOSS)
    with pytest.raises(InputError, match="tokens only"):
        accounts.set_password("robot", PASSWORD, BOSS)
    with pytest.raises(InputError, match="stays one"):
        accounts.set_role("robot", "admin", BOSS)
    with pytest.raises(InputError, match="stays one"):
        accounts.set_role("root", "service", BOSS)


def test_every_change_stands_in_the_trail(
    database: Database, accounts: Accounts, ann: Person
) -> None:
    accounts.set_role("ann", "auditor", ann)
    accounts.set_password("ann", "another horse battery", ann)
    Tokens(database).issue(ann, "mine", 5, ann)
    Tokens(database).revoke(1, ann, ann)
    sessions(database).open(ann, None, HERE)
    sessions(database).end_all(ann)
    accounts.disable("ann", BOSS)
    done = [what for who, what in audited(database) if who == "ann"]
    assert done == [
        "account role changed", "password changed", "token made", "token revoked", "signed in",
        "signed out everywhere",
    ]  # fmt: skip
    assert audited(database)[-1] == ("command line", "account disabled")
    with database.reading() as session:
        details = str([row.detail for row in session.scalars(select(AuditRow))])
    assert "horse" not in details


def test_who_sees_and_decides_on_which_encounter(
    database: Database, accounts: Accounts, ann: Person
) -> None:
    ben = accounts.add("ben", "coder", PASSWORD, BOSS)
    auditor = accounts.add("olga", "auditor", PASSWORD, BOSS)
    robot = accounts.add("robot", "service", None, BOSS)
    root = accounts.find("root")
    intake, worklist = Intake(database), Worklist(database)
    free = intake.add(Encounter.of_text("Gout.", "free"), root).id
    anns = intake.add(Encounter.of_text("Asthma.", "anns"), root).id
    sent = intake.add(Encounter.of_text("Migraine.", "sent"), robot).id
    worklist.assign(anns, "ann", ann)

    def seen(person: Person) -> list[int]:
        numbers = [item.id for item in worklist.items(person=person)]
        assert worklist.counts(person)["new"] == len(numbers)
        with database.reading() as session:
            assert [n for n in (free, anns, sent, 99) if sees(session, n, person)] == numbers
        return numbers

    assert seen(ann) == [free, anns, sent]
    assert seen(ben) == [free, sent]
    assert seen(auditor) == seen(root) == [free, anns, sent]
    assert seen(robot) == [sent]
    with database.reading() as session:
        said = set()
        for number in (anns, 99):
            with pytest.raises(UnknownEncounterError) as caught:
                check_seen(session, number, ben)
            said.add(str(caught.value).replace(str(number), "?"))
        assert len(said) == 1
        with pytest.raises(ForbiddenError):
            check_decides(session, anns, auditor)
        with pytest.raises(ForbiddenError):
            check_decides(session, sent, robot)
        for person, number in ((ann, anns), (root, anns), (ben, free), (auditor, free)):
            check_decides(session, number, person)
        with pytest.raises(InputError, match="another account"):
            check_arrival(session, anns, ben)
    with pytest.raises(ForbiddenError):
        worklist.assign(free, "ann", ben)
    with pytest.raises(UnknownEncounterError):
        worklist.assign(anns, None, ben)
    assert worklist.peek_next(robot) is None
