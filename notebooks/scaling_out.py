# ---
# jupyter:
#   jupytext:
#     formats: ipynb,py:percent
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Scaling out
#
# How time and memory grow with a corpus, what `--jobs` does, and how to spread the coding of many notes over
# several processes or machines. Invented notes from a generator are the material: **they measure scale, never
# quality.** Everything is tiny here, so that the notebook runs in about a minute; put larger numbers into the second
# cell for a rehearsal of your own size.
#
# The seconds and megabytes below were measured on one small computer and will be others on yours; the *shape* is
# what to look at.

# %%
import os
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
from pyarrow import concat_tables, parquet

temporary = tempfile.TemporaryDirectory()  # deleted with everything in it when the notebook ends
folder = Path(temporary.name)

# %%
SIZES = (40, 100, 160)
WORDS, CODES = 60, 20


def run(line):
    """Run a command of suggester in the folder; return seconds, processor seconds and megabytes."""
    began = time.perf_counter()
    words = [sys.executable, "-m", "suggester", *line.split()]
    started = subprocess.Popen(words, cwd=folder, stdout=subprocess.DEVNULL)
    # What this process used, and those that it started and waited for; Windows has no such call.
    _, started.returncode, used = os.wait4(started.pid, 0)
    if started.returncode:
        raise RuntimeError(f"{line} failed")
    unit = 2**20 if sys.platform == "darwin" else 2**10
    return time.perf_counter() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / unit


# %% [markdown]
# ## Generate
#
# Over a thousand notes a second where they are short. `--layout mimic` would write the three tables of MIMIC-IV instead,
# gzipped, to rehearse that import.

# %% tags=["varies"]
line = f"corpus generate --notes {SIZES[-1]} --words {WORDS} --codes {CODES} --codes-per-note 3"
seconds, *_ = run(f"{line} --out notes.jsonl")
lines = (folder / "notes.jsonl").read_text("utf-8").splitlines(keepends=True)
for size in SIZES:
    (folder / f"notes_{size}.jsonl").write_text("".join(lines[:size]), "utf-8")
kilobytes = (folder / "notes.jsonl").stat().st_size / 1000
print(f"{len(lines)} notes, {kilobytes:.0f} kB, in {seconds:.1f} s")

# %% [markdown]
# ## Train
#
# One process, three sizes. `--allow-phi` spares the scan of notes that are known to be invented; never use it so on
# notes of patients.

# %% tags=["varies"]
(folder / "fewer_trees.json").write_text('{"max_iter": 30}')
spent = {}
for size in SIZES:
    corpus = f"notes_{size}.jsonl --allow-phi notes_{size}.jsonl --settings fewer_trees.json"
    spent[size] = run(f"train {corpus} --out models/of_{size} --jobs 1")
    seconds, processor, megabytes = spent[size]
    print(f"{size:4} notes: {processor:5.1f} s of processor time, {megabytes:5.0f} MB")

# %%
plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
BLUE, GREY, ORANGE = "#1f6391", "#8a96a1", "#c8641b"
figure, both = plt.subplots(1, 2, figsize=(7.2, 2.6), layout="constrained")
for axes, what, name in zip(both, (1, 2), ("processor seconds", "megabytes at most"), strict=True):
    values = [spent[size][what] for size in SIZES]
    axes.plot(SIZES, values, color=BLUE, marker="o")
    axes.set(xlabel="notes", ylabel=name, xlim=(0, 180), ylim=(0, 1.15 * max(values)))
plt.show()

# %% [markdown]
# Left: the line does not begin at nothing, since loading the code set and the lexicon takes some seconds whatever the
# size; and it rises faster between the first two points, since from 100 notes on the models of single codes come on
# top. Right: memory hardly moves. Most of it is code set and lexicon, and notes are read one after the other.
#
# Two sizes matter beyond what can be shown in a minute. Every note is read once for its words; but only 3,000
# encounters, drawn by their ids, are read in full to fit the ranker, so that the costly part of training stops growing
# there. The models of single codes grow with the number of notes that have the code.
#
# ## More processes
#
# `--jobs 2` gives the same model; only the time changes. Each process loads code set and lexicon for itself: seconds
# and some hundred megabytes each, which a corpus of this size does not earn back. Thousands of notes do.

# %% tags=["varies"]
size = SIZES[0]
corpus = f"notes_{size}.jsonl --allow-phi notes_{size}.jsonl --settings fewer_trees.json"
seconds, processor, megabytes = run(f"train {corpus} --out models/two --jobs 2")
print(f"1 process:   {spent[size][0]:5.1f} s, {spent[size][1]:5.1f} s of processor time")
print(f"2 processes: {seconds:5.1f} s, {processor:5.1f} s of processor time")

# %% [markdown]
# ## Code many notes
#
# A note is coded without knowledge of the others, so any number of processes can share the work. `suggester batch`
# writes a folder of parts, 500 rows each unless told otherwise, and goes on there after an interruption:


# %%
def coded_in(place):
    """Return the id, code and confidence of every suggestion in a folder of parts."""
    parts = sorted((folder / place).glob("part-*.parquet"))
    columns = ["id", "code", "confidence"]
    return concat_tables([parquet.read_table(part, columns=columns) for part in parts])


# %% tags=["varies"]
notes = f"notes_{SIZES[-1]}.jsonl"
seconds, processor, _ = run(f"batch {notes} here --partition 40 --jobs 1")
print(f"{coded_in('here').num_rows} suggestions for {SIZES[-1]} notes: {seconds:.1f} s")

# %% [markdown]
# The seconds hold the loading of the model. With `--engine dask` the parts are coded by the workers of a Dask cluster,
# each of which loads the model once. Here the cluster is two processes of this computer; on a real one, `dask
# scheduler` runs on one machine and `dask worker` on the others, with the same suggester and the same model on each.
# Notes then travel between them: keep the cluster within the walls and use its TLS.

# %% tags=["varies"]
if find_spec("distributed"):
    from distributed import LocalCluster

    local = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(**local, local_directory=folder) as cluster:
        on = f"--engine dask --scheduler {cluster.scheduler_address}"
        seconds, _, _ = run(f"batch {notes} there --partition 40 {on}")
    print(f"two workers: {seconds:.1f} s")
else:
    print("To spread notes over processes or machines: pip install 'suggester[dask]'")

# %% [markdown]
# The answers are those of one process alone:

# %%
if find_spec("distributed"):
    print("the same:", coded_in("there").equals(coded_in("here")))

# %% [markdown]
# ## What to expect of a larger corpus
#
# - **Disk**: write a corpus once with `suggester corpus convert … --out corpus.parquet`; it is read as a stream.
# - **Memory**: training holds at most 3,000 encounters and, of every other, its hashed words and its codes.
# - **Time**: try a tenth of it first, then a fifth, and draw the line yourself, as above. On a computer that
#   does other work look at processor time: the wall clock tells of the neighbours too.
# - **Quality** is another matter: `error_analysis` and `thresholds`, on notes of your own.
