"""Second coding and adjudication through the interface: blind, compared, settled, and in the trail."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest
from fastapi.testclient import TestClient

from suggester.web.office import Office
from tests.web.staff import Staff, staffed

NOTE = """ASSESSMENT AND PLAN:
1. Essential hypertension, well controlled. Continue lisinopril 20 mg.
2. Type 2 diabetes mellitus. Continue metformin.
3. Gout, on allopurinol.
"""
#: What ann assigns and ben does not, and the other way round.
ANNS, BENS = "R51.9", "R42"


@pytest.fixture
def staff(office: Office) -> Staff:
    return staffed(office)


def add(client: TestClient, name: str = "visit-1", note: str = NOTE) -> str:
    row = {"id": name, "text": note, "age": 60, "sex": "F", "date_of_service": "2026-05-04"}
    answer = client.post("/api/v1/encounters", json=row)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def code(client: TestClient, base: str, *codes: str, finish: bool = True) -> dict[str, Any]:
    """Assign codes, keep every warning, and finish."""
    view: dict[str, Any] = client.get(base).json()
    offered = {row["code"] for row in view["result"]["suggestions"]}

    def decide(**event: Any) -> dict[str, Any]:
        answer = client.post(f"{base}/decisions", json={"version": view["version"], **event})
        assert answer.status_code == 200, answer.text
        after: dict[str, Any] = answer.json()
        return after

    for one in codes:
        event = {"kind": "accept"} if one in offered else {"kind": "add", "origin": "typed"}
        view = decide(**event, system="icd10cm", code=one)
    for alert in view["alerts"]:
        if alert["severity"] == "warning" and finish:
            view = decide(kind="acknowledge", alert=alert["key"], word="as documented")
    return decide(kind="finish") if finish else view


def drawn(staff: Staff, *coders: str) -> dict[str, Any]:
    body = {"rate": 1, "seed": 1, "second_coders": list(coders or ("ben",))}
    answer = staff.browser("olga").post("/api/v1/quality/samples", json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def coded_first(staff: Staff, name: str = "visit-1") -> str:
    ann = staff.browser("ann")
    number = add(ann, name)
    code(ann, f"/api/v1/encounters/{number}", "I10", "E11.9", ANNS)
    return number


def coded_twice(staff: Staff) -> str:
    number = coded_first(staff)
    drawn(staff)
    second = f"/api/v1/encounters/{number}/codings/second"
    code(staff.browser("ben"), second, "I10", "E11.9", BENS)
    return number


def settling(number: str) -> str:
    return f"/api/v1/encounters/{number}/codings/adjudication"


def choices(view: dict[str, Any], **took: str) -> list[dict[str, str]]:
    """A choice for each difference, by its code."""
    return [
        {"took": took[(row["first"] or row["second"])[1].replace(".", "_")]}
        for row in view["differences"]["codes"]
    ]


def settle(staff: Staff, number: str, **took: str) -> dict[str, Any]:
    olga = staff.browser("olga")
    made = choices(olga.get(settling(number)).json(), **took)
    body = {"choices": made, "because": "Dizziness is documented, no headache."}
    answer = olga.post(settling(number), json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_sample_is_given_out_once(staff: Staff) -> None:
    number = coded_first(staff)
    assert drawn(staff) == {
        "given": [{"encounter": number, "first_coder": "ann", "second_coder": "ben"}], "before": 0,
    }  # fmt: skip
    assert drawn(staff) == {"given": [], "before": 1}
    listed = staff.browser("ben").get("/api/v1/quality/seconds").json()["encounters"]
    assert listed == [
        {"id": number, "title": "visit-1", "setting": None, "date_of_service": "2026-05-04",
         "state": "new"}
    ]  # fmt: skip
    assert staff.browser("ann").get("/api/v1/quality/seconds").json() == {"encounters": []}


@pytest.mark.parametrize(
    "body",
    [{"rate": 0}, {"rate": 1.2}, {"rate": 0.1, "since": "2026-13-01"},
     {"rate": 0.1, "since": "2026-03-02", "until": "2026-03-01"},
     {"rate": 1, "second_coders": ["nobody"]}],
)  # fmt: skip
def test_a_sample_that_cannot_be_drawn_is_refused(staff: Staff, body: dict[str, Any]) -> None:
    answer = staff.browser("olga").post("/api/v1/quality/samples", json=body)
    assert answer.status_code == 422
    assert answer.json()["error"]["message"].endswith(".")


def addresses(staff: Staff, number: str) -> list[str]:
    """Every address under which something is read, for this encounter."""
    from suggester.web.permits import PERMITS

    paths = [key.split()[1] for key in PERMITS if key.startswith("GET ")]
    filled = [
        path.format(encounter=number, system="icd10cm", code="I10", name="default", number=1)
        for path in paths
    ]
    more = [f"/api/v1/encounters/{number}/claim?format={form}" for form in ("csv", "sheet")]
    asked = ["/api/v1/encounters?q=visit", "/api/v1/encounters?state=coded", "/dashboard?coder=ann"]
    asked += ["/api/v1/statistics?coder=ann", f"/audit/trail?encounter={number}"]
    return [*filled, *more, *asked]


@pytest.mark.parametrize("second", ["ben", "olga"])
def test_a_second_coder_learns_nothing_of_the_first_coding(staff: Staff, second: str) -> None:
    number = coded_first(staff)
    drawn(staff, second)
    blind, other = staff.browser(second), staff.browser("root")
    told = {path: other.get(path).text for path in addresses(staff, number)}
    assert any(ANNS in text for text in told.values()), "others do see it"
    for path in addresses(staff, number):
        answer = blind.get(path)
        assert ANNS not in answer.text, path
        assert answer.status_code < 500, path
    # The only thing kept of it in figures is left out too.
    assert blind.get("/api/v1/statistics").json()["encounters"] == 0
    assert blind.get(f"/encounters/{number}").headers["location"].endswith("/second")
    refused = blind.get(f"/api/v1/encounters/{number}/timeline")
    assert refused.status_code == 403
    assert "before you finish" in refused.json()["error"]["message"]
    version = {"version": 5, "kind": "reopen", "reason": "x"}
    answer = blind.post(f"/api/v1/encounters/{number}/decisions", json=version)
    assert answer.status_code == 403
    sent = blind.post("/api/v1/encounters", json={"id": "visit-1", "text": NOTE})
    assert ANNS not in sent.text


def test_a_second_coding_is_its_coders_alone_and_finished_once(staff: Staff) -> None:
    number = coded_first(staff)
    drawn(staff)
    second = f"/api/v1/encounters/{number}/codings/second"
    # Who coded it first is not told that somebody checks.
    for who, status in (("ann", 404), ("olga", 403), ("root", 403)):
        assert staff.browser(who).get(second).status_code == status
    ben = staff.browser("ben")
    view = code(ben, second, "I10", finish=False)
    assert (view["state"], view["version"]) == ("in_review", 1)
    assert [row["who"] for row in ben.get(f"{second}/timeline").json()["events"]] == ["ben"]
    assert ben.post(f"{second}/lock").status_code == 204
    assert ben.delete(f"{second}/lock").status_code == 204
    view = code(ben, second, BENS)
    assert (view["state"], view["next"]) == ("coded", None)
    again = {"version": view["version"], "kind": "reopen", "reason": "x"}
    answer = ben.post(f"{second}/decisions", json=again)
    assert answer.status_code == 422
    assert "finished once" in answer.json()["error"]["message"]


def test_the_same_codes_need_nobody_to_settle_them(staff: Staff) -> None:
    number = coded_first(staff)
    drawn(staff)
    code(staff.browser("ben"), f"/api/v1/encounters/{number}/codings/second", "I10", "E11.9", ANNS)
    olga = staff.browser("olga")
    assert olga.get(f"/api/v1/encounters/{number}").json()["state"] == "audited"
    found = olga.get("/api/v1/quality/agreement").json()
    assert (found["all"]["exact_match"], found["to_settle"], found["unfinished"]) == (1, [], 0)
    answer = olga.post(settling(number), json={"choices": [], "because": "x"})
    assert "are the same" in answer.json()["error"]["message"]


def test_what_is_settled_becomes_the_coding_and_the_claim(staff: Staff) -> None:
    number = coded_twice(staff)
    olga = staff.browser("olga")
    found = olga.get("/api/v1/quality/agreement").json()
    assert found["to_settle"] == [number]
    cells = found["all"]["decisions"]
    assert (cells["both"], cells["only_first"], cells["only_second"]) == (2, 1, 1)
    settled = settle(staff, number, R51_9="second", R42="second")
    assert settled["settled"]
    assert settled["result"]["by"] == "olga"
    view = staff.browser("root").get(f"/api/v1/encounters/{number}").json()
    assert view["state"] == "audited"
    assert [line["code"] for line in view["worksheet"]["lines"]] == ["I10", "E11.9", BENS]
    assert view["result"]["notices"][0].startswith("Two coders differed; olga settled it on ")
    claim = staff.browser("root").get(f"/api/v1/encounters/{number}/claim?format=csv").text
    codes = [(row["code"], row["coded_by"]) for row in csv.DictReader(io.StringIO(claim))]
    assert codes == [("I10", "olga"), ("E11.9", "olga"), (BENS, "olga")]
    again = olga.post(settling(number), json={"choices": [], "because": "x"})
    assert again.status_code == 422
    assert "settled already" in again.json()["error"]["message"]


def test_a_first_coding_that_is_opened_again_is_settled_again(staff: Staff) -> None:
    number = coded_twice(staff)
    settle(staff, number, R51_9="second", R42="second")
    ann, here = staff.browser("ann"), f"/api/v1/encounters/{number}"
    version = ann.get(here).json()["version"]
    reopened = ann.post(
        f"{here}/decisions", json={"version": version, "kind": "reopen", "reason": "late report"}
    ).json()
    assert reopened["state"] == "in_review"
    assert ANNS in [line["code"] for line in reopened["worksheet"]["lines"]]
    code(ann, here)
    assert staff.browser("olga").get("/api/v1/quality/agreement").json()["to_settle"] == [number]
    settle(staff, number, R51_9="first", R42="first")
    lines = ann.get(here).json()["worksheet"]["lines"]
    assert [line["code"] for line in lines] == ["I10", "E11.9", ANNS]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"choices": [], "because": "x"}, "Each of the 2 differences"),
        ({"choices": [{"took": "both"}, {"took": "first"}], "because": "x"}, "choose one of"),
        ({"choices": [{"took": "other"}, {"took": "first"}], "because": "x"}, "Name the third"),
        ({"choices": [{"took": "other", "code": ["icd10cm", "Q99.99"]}, {"took": "first"}],
          "because": "x"}, "is not a code"),
        ({"choices": [{"took": "first"}, {"took": "first"}], "because": "x",
          "first_listed": "M10.9"}, "not among the codes"),
        ({"choices": [{"took": "other", "code": ["icd10cm", "I15.9"]}, {"took": "first"}],
          "because": "x"}, "cannot stand together"),
    ],
)  # fmt: skip
def test_what_cannot_be_settled_so_is_refused(
    staff: Staff, body: dict[str, Any], sentence: str
) -> None:
    number = coded_twice(staff)
    answer = staff.browser("olga").post(settling(number), json=body)
    assert answer.status_code == 422
    assert sentence in answer.json()["error"]["message"]
    assert staff.browser("root").get(f"/api/v1/encounters/{number}").json()["state"] == "coded"


def test_who_made_a_coding_does_not_settle_it(staff: Staff, office: Office) -> None:
    number = coded_first(staff)
    drawn(staff, "olga")
    second = f"/api/v1/encounters/{number}/codings/second"
    code(staff.browser("olga"), second, "I10", BENS)
    answer = staff.browser("olga").get(settling(number))
    assert answer.status_code == 403
    assert "another auditor" in answer.json()["error"]["message"]
    assert staff.browser("root").get(settling(number)).status_code == 200


@pytest.mark.parametrize("who", ["ann", "ben"])
def test_coders_neither_draw_nor_compare_nor_read_the_trail(staff: Staff, who: str) -> None:
    number = coded_twice(staff)
    coder = staff.browser(who)
    assert coder.post("/api/v1/quality/samples", json={"rate": 1}).status_code == 403
    for path in (
        "/api/v1/quality/agreement", settling(number), f"/encounters/{number}/adjudication",
        f"/api/v1/encounters/{number}/trail", "/api/v1/trail", "/audit/trail",
    ):  # fmt: skip
        assert coder.get(path).status_code == 403, path


def test_the_trail_of_an_encounter_holds_all_three_codings(staff: Staff) -> None:
    number = coded_twice(staff)
    settle(staff, number, R51_9="second", R42="second")
    found = staff.browser("olga").get(f"/api/v1/encounters/{number}/trail").json()["entries"]
    done = [(row["who"], row["coding"], row["what"]) for row in found]
    assert ("ann", "first", f"added {ANNS}") in done
    assert ("ben", "second", f"added {BENS}") in done
    assert ("olga", None, "drew it for a second coding by ben") in done
    assert ("olga", None, "marked as audited") in done
    assert (
        "olga",
        "adjudication",
        f"settled: of {ANNS} took no code; of {BENS} took {BENS}",
    ) in done
    models = {row["model"] for row in found if row["coding"]}
    assert models == {"default 1.0.0"}
    assert {row["code_set"] for row in found if row["coding"]} == {"FY2026-04"}


def test_the_trail_of_a_period_is_csv(staff: Staff) -> None:
    number = coded_twice(staff)
    olga = staff.browser("olga")
    answer = olga.get("/api/v1/trail")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["encounter"] for row in rows} == {"", number}
    assert "signed in" in [row["action"] for row in rows]
    assert "lisinopril" not in answer.text
    assert olga.get("/api/v1/trail?until=2020-01-01").text.count("\n") == 1
    assert [row["what"] for row in csv.DictReader(io.StringIO(olga.get("/api/v1/trail").text))][
        -1
    ].startswith("exported the trail")
    wrong = olga.get("/api/v1/trail?since=2026-03-02&until=2026-03-01")
    assert wrong.status_code == 422
    assert "ends before it begins" in wrong.json()["error"]["message"]


def test_the_audit_pages_show_what_waits(staff: Staff) -> None:
    number = coded_twice(staff)
    coded_first(staff, "visit-2")
    drawn(staff)
    olga = staff.browser("olga")
    page = olga.get("/audit").text
    assert f"/encounters/{number}/adjudication" in page
    assert "ann / ben" in page
    assert "1 second coding is not finished: 1 by ben" in page
    assert "To settle" not in staff.browser("ben").get("/audit").text
    assert "visit-2" in staff.browser("ben").get("/audit").text
    beside = olga.get(f"/encounters/{number}/adjudication").text
    assert re.search(rf"<mark>{ANNS}</mark>", beside)
    assert re.search(rf"<mark>{BENS}</mark>", beside)
    assert "Essential hypertension, well controlled" in beside
    settle(staff, number, R51_9="second", R42="second")
    after = olga.get(f"/encounters/{number}/adjudication").text
    assert "Dizziness is documented, no headache." in after
    assert "To settle" not in after
    trail = olga.get(f"/audit/trail?encounter={number}").text
    assert f"added {BENS}" in trail
    assert "There is no encounter" in olga.get("/audit/trail?encounter=E999").text
    assert f"added {BENS}" in olga.get("/audit/trail?encounter=visit-1").text


@pytest.mark.parametrize("page", ["/audit", "/dashboard"])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [("since=yesterday", "A day is written as"), ("since=2030-01-01", "ends before it begins")],
)
def test_a_wrong_day_is_said_on_the_page(
    staff: Staff, page: str, query: str, sentence: str
) -> None:
    answer = staff.browser("olga").get(f"{page}?{query}")
    assert answer.status_code == 200
    assert sentence in answer.text


def test_figures_are_over_all_to_auditors_and_over_ones_own_to_coders(staff: Staff) -> None:
    coded_first(staff)
    figures = staff.browser("olga").get("/api/v1/statistics").json()
    assert (figures["encounters"], figures["choices"]["coders"]) == (1, ["ann"])
    assert figures["outcomes"]["added"] == 1
    assert figures["outcomes"]["accepted"] == 2
    assert staff.browser("olga").get("/api/v1/statistics?coder=ben").json()["encounters"] == 0
    # A coder may ask for another's, and gets their own.
    own = staff.browser("ben").get("/api/v1/statistics?coder=ann").json()
    assert (own["encounters"], own["coder"], own["choices"]["coders"]) == (0, "ben", [])
    assert staff.browser("ann").get("/api/v1/statistics").json()["encounters"] == 1
    answer = staff.browser("olga").get("/api/v1/statistics?since=2026-13-01")
    assert answer.status_code == 422


def test_the_dashboard_draws_what_was_decided(staff: Staff) -> None:
    coded_first(staff)
    page = staff.browser("olga").get("/dashboard").text
    for title in (
        "Decisions by week", "Decisions by code", "Decisions by coder", "Decisions by model version",
        "Seconds a note by week", "Precision by confidence", "Unfamiliar notes by week",
    ):  # fmt: skip
        assert f">{title}</h2>" in page
    assert "<title>ann, added: 1</title>" in page
    assert "<title>ann, accepted: 2</title>" in page
    empty = staff.browser("olga").get("/dashboard?coder=ben").text
    assert "No encounter was finished" in empty
    assert "<svg" not in empty


def test_who_looked_at_a_record_stands_in_the_trail_once(staff: Staff) -> None:
    number = coded_first(staff)
    root = staff.browser("root")
    for path in ("", "", "/claim"):
        assert root.get(f"/api/v1/encounters/{number}{path}").status_code == 200
    assert root.get(f"/encounters/{number}/sheet").status_code == 200
    assert staff.browser("ben").get(f"/api/v1/encounters/{number}").status_code == 404
    found = staff.browser("olga").get(f"/api/v1/encounters/{number}/trail").json()["entries"]
    assert [row["who"] for row in found if row["what"] == "opened the record"] == ["ann", "root"]
