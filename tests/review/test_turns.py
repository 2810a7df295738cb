from __future__ import annotations

import threading
import time

import pytest

from suggester.review.turns import Turns


def test_threads_come_in_in_the_order_they_came() -> None:
    turns, order = Turns(), []

    def work(number: int) -> None:
        with turns:
            order.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    with turns:
        for waiting, thread in enumerate(threads, 1):
            thread.start()
            while len(turns._waiting) < waiting:
                time.sleep(0.001)
    for thread in threads:
        thread.join(10)
    assert order == list(range(8))


def test_who_comes_back_at_once_waits_behind_who_waited() -> None:
    turns, order = Turns(), []

    def other() -> None:
        with turns:
            order.append("other")

    with turns:
        thread = threading.Thread(target=other)
        thread.start()
        while not turns._waiting:
            time.sleep(0.001)
    with turns:
        order.append("again")
    thread.join(10)
    assert order == ["other", "again"]


def test_a_turn_is_given_back_after_a_failure() -> None:
    turns = Turns()
    with pytest.raises(ZeroDivisionError), turns:
        raise ZeroDivisionError
    with turns:
        pass
