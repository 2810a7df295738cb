"""What the figures were measured on, and processes of their own to measure in."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
#: One core: no figure gains from the others.
_ONE_CORE = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def describe() -> str:
    """Return the computer and the versions in a line."""
    import numpy
    import sklearn
    import spacy.about

    return (
        f"{os.cpu_count()} cores {platform.machine()}, {platform.system()}, "
        f"Python {platform.python_version()}, spaCy {spacy.about.__version__}, "
        f"scikit-learn {sklearn.__version__}, numpy {numpy.__version__}"
    )


def run(*arguments: str) -> tuple[float, str]:
    """Run Python in a process of its own; return the seconds it took and what it printed."""
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **_ONE_CORE},
        capture_output=True,
        text=True,
        check=True,
    )
    return time.perf_counter() - began, done.stdout
