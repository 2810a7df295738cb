"""``python -m tests.benchmarks.growth ROWS``: draw what ``tests.benchmarks.scale`` printed."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = ("#8a96a1", "#1f6391", "#c8641b")
PANELS = (
    ("train_seconds", "minutes of training", 60),
    ("peak_megabytes", "gigabytes at most", 1024),
)


def main() -> None:
    """Write a picture: time and memory of training over notes, a line for each number of codes."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("rows", type=Path, nargs="+", help="what scale printed")
    asked.add_argument("--out", type=Path, default=Path(__file__).with_name("growth.png"))
    options = asked.parse_args()
    rows = [
        json.loads(line)
        for path in options.rows
        for line in path.read_text("utf-8").splitlines()
        if line.startswith("{")
    ]
    plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
    figure, both = plt.subplots(1, 2, figsize=(7.2, 2.8), layout="constrained")
    for axes, (name, label, unit) in zip(both, PANELS, strict=True):
        for number, codes in enumerate(sorted({row["codes"] for row in rows})):
            line = sorted((row["notes"], row[name] / unit) for row in rows if row["codes"] == codes)
            axes.plot(
                *zip(*line, strict=True),
                color=COLOURS[number % len(COLOURS)],
                marker="o",
                label=f"{codes:,} codes",
            )
        most = max(row[name] / unit for row in rows)
        axes.set(xlabel="training notes", ylabel=label, xlim=(0, None), ylim=(0, 1.1 * most))
        axes.xaxis.set_major_formatter("{x:,.0f}")
    both[0].legend(frameon=False)
    figure.savefig(options.out, dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
