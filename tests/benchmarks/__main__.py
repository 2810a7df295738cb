"""``python -m tests.benchmarks``: print how quick and how large the engine is on this computer."""

from tests.benchmarks.computer import describe
from tests.benchmarks.measures import MEASURES

print(describe())
print()
for measure in MEASURES:
    for line in measure():
        print(line.shown(), flush=True)
