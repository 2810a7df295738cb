"""What the workers of the tests are given to do."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any


def square(number: int) -> int:
    """Return the square, a low number later than a high one."""
    time.sleep(0.02 * max(0, 5 - number))
    return number * number


def row_sum(rows: Any, number: int) -> float:
    """Return the sum of a row of a shared matrix, after a while."""
    time.sleep(0.25)
    return float(rows[number].sum())


def refuse(number: int) -> int:
    """Fail as code does that was given what it cannot use."""
    raise ValueError(f"not {number}")


def end_process(number: int) -> int:
    """End the process that does this, as the system does where memory runs out."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def process_number(seen: Path, processes: int) -> int:
    """Return the number of the process that does this; wait until so many have come here."""
    (seen / str(os.getpid())).touch()
    until = time.monotonic() + 20
    while len(list(seen.iterdir())) < processes and time.monotonic() < until:
        time.sleep(0.01)
    return os.getpid()


def stay(seen: Path) -> None:
    """Tell that this process is at work, and stay."""
    (seen / str(os.getpid())).touch()
    time.sleep(60)
