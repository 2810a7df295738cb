"""Train a model and be killed at one stage: ``python killed_training.py CORPUS OUT STAGE DONE``."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from suggester.training.train import train_model


def main() -> None:
    corpus, out, last, number = sys.argv[1:]

    def kill(stage: str, done: int, total: int) -> None:
        if stage == last and done >= int(number):
            os.kill(os.getpid(), signal.SIGKILL)

    train_model([Path(corpus)], Path(out), resume=True, progress=kill)


if __name__ == "__main__":
    main()
