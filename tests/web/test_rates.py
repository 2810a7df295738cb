from __future__ import annotations

from suggester.web.house import House
from suggester.web.office import Office
from suggester.web.rates import Rates
from tests.web.staff import staffed


def test_a_bucket_empties_and_fills_again() -> None:
    clock = [0.0]
    rates = Rates(60, lambda: clock[0])
    assert [rates.wait("ann", False) for _ in range(60)] == [0] * 60
    assert rates.wait("ann", False) == 1
    assert rates.wait("ben", False) == 0
    clock[0] = 2.0
    assert [rates.wait("ann", False) for _ in range(3)] == [0, 0, 1]


def test_strangers_get_less() -> None:
    rates = Rates(60, lambda: 0.0)
    assert [rates.wait("192.0.2.1", True) for _ in range(13)] == [0] * 12 + [5]


def test_clients_without_end_take_no_memory_without_end() -> None:
    rates = Rates(60, lambda: 0.0)
    for number in range(12_000):
        rates.wait(str(number), False)
    assert len(rates._kept) <= 10_000


def test_who_asks_too_often_is_told_how_long_to_wait(office: Office) -> None:
    staff = staffed(office, House(requests_per_minute=20))
    ann, also_ann, ben = staff.browser("ann"), staff.program("ann"), staff.browser("ben")
    statuses = [ann.get("/api/v1/codes?q=gout").status_code for _ in range(20)]
    assert statuses == [200] * 20
    answer = also_ann.get("/api/v1/encounters")
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    assert answer.json()["error"]["code"] == "too_many"
    assert ben.get("/api/v1/encounters").status_code == 200
    stranger = staff.stranger()
    assert [stranger.get("/api/v1/health").status_code for _ in range(5)] == [
        200,
        200,
        200,
        200,
        429,
    ]
