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
# # Bring your own corpus
#
# From two tables of a hospital to a model of its own: check, mend, look for names, convert, split, describe,
# train, and measure before and after. The steps are commands; every one exists as a Python function, too.
#
# **The hospital here is invented by a program**, so that the notebook can break things on purpose and runs
# in half a minute. Such notes show *how* the steps work. They say nothing about how much your own corpus will
# help: measure that on your own notes, with the same commands.

# %%
import csv
import json
import subprocess
import sys
import tempfile
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt

from suggester import Suggester
from suggester.codes import load_icd10cm
from suggester.corpus.invented.notes import Volume, invented_notes
from suggester.corpus.readers import read_corpus
from suggester.corpus.statistics import corpus_statistics
from suggester.evaluation.comparison import compare_answers
from suggester.evaluation.evaluate import evaluate
from suggester.models import load_model

temporary = tempfile.TemporaryDirectory()  # deleted with everything in it when the notebook ends
folder = Path(temporary.name)
(folder / "export").mkdir()


def suggester(line, show=True):
    """Run a command in the folder, as in a terminal, and print what it says."""
    words = [sys.executable, "-m", "suggester", *line.split()]
    done = subprocess.run(
        words, cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if show:
        print(f"$ suggester {line}", done.stdout, sep="\n")
    return done


# %% [markdown]
# ## Two tables
#
# Most hospitals can export these two: `notes.csv` with a row a note, `codes.csv` with a row a code. The
# patient's name in the table is a made-up key (`patient`): it keeps the notes of one person together and is
# never shown.
#
# 170 discharge notes of about 90 words, 40 different codes. A third of the codes has a *house name*:
# a word such as *amberford pathway* that this hospital uses for one condition and nobody else knows. No
# dictionary holds it; only the codes of other notes can teach it.

# %%
volume = Volume(notes=170, words=90, codes=40, codes_per_note=4, habits=0.35, noise=0, seed=11)
rows = list(invented_notes(load_icd10cm(), volume))
COLUMNS = ("patient", "type", "setting", "age", "sex", "date_of_service")
notes = [
    {"encounter": row["id"], **{c: row[c] for c in COLUMNS}, "text": row["text"]} for row in rows
]
codes = [{"encounter": row["id"], "code": code} for row in rows for code in row["codes"]]


def write_tables():
    """Write both tables as the hospital would send them."""
    for name, table in (("notes", notes), ("codes", codes)):
        with (folder / "export" / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, list(table[0]))
            writer.writeheader()
            writer.writerows(table)


print(rows[3]["text"])
print(rows[3]["codes"])

# %% [markdown]
# Real exports have faults. These are common ones, put in on purpose: a phone number, a nurse's name, text
# whose encoding broke, codes written into the note, a note that is hardly one, the same note twice, a
# heading in place of a code, a code that was deleted, and codes without a note.

# %%
notes[0]["text"] += "\nCall the ward at 555-010-0199 with questions."
notes[1]["text"] += "\nSeen with Nurse Marlow Quillfeather."
notes[2]["text"] += "\nThe patient didnâ€™t want a walker."
notes[4]["text"] += f"\nBilled: {rows[4]['codes'][0]}"
notes[5]["text"] = "See scan."
notes.append({**notes[6], "encounter": "copy-of-another"})
codes += [{"encounter": "copy-of-another", "code": code} for code in rows[6]["codes"]]
codes += [
    {"encounter": rows[7]["id"], "code": "E11"},
    {"encounter": rows[8]["id"], "code": "K5792"},
    {"encounter": rows[8]["id"], "code": "H8149"},
    {"encounter": "lost-1", "code": "I10"},
]
write_tables()

# %% [markdown]
# ## Check
#
# The layout is recognised: a table `notes` beside a table `codes`. Codes may stand without their dot. On the
# command line `suggester corpus check export` prints every problem in a line; here the first of each kind
# is taken from its JSON. A message names the note and the place and never quotes the note.

# %%
told = suggester("corpus check export --format json", show=False).stdout
notice, _, found = told.partition("{\n")
found = json.loads("{" + found)
print(notice)
print(f"{found['notes']} notes, {len(found['problems'])} problems. The first of each kind:\n")
shown = set()
for problem in found["problems"]:
    if problem["kind"] not in shown:
        shown.add(problem["kind"])
        print(f"{problem['kind']:14}{problem['note']}: {problem['problem']}")

# %% [markdown]
# What each kind costs if it stays:
#
# | kind | why it matters |
# |---|---|
# | `codes`, `dates` | a heading or a deleted code is on no claim of today: it teaches what must not be suggested, and in the test it can only be missed |
# | `identifying` | a model keeps words of what it learns from |
# | `encoding`, `short` | there is nothing to read where the codes came from |
# | `written_codes` | the model copies the code instead of reading the note, and looks better than it is |
# | `duplicates`, `copies` | the same note on both sides of a split is an answer known beforehand |
# | `excludes1` | two codes that exclude each other: a question for the coders (here the program that invents drew them) |
#
# Mend at the source where you can. Here that is: leave out what is no note and what is a copy, remove the
# phone number and the written code, read the broken text in its right encoding. The heading `E11` goes back to
# the coders, and is left out. The deleted code stays: `--map-forward` below puts its one successor in its place.

# %%
out = {"copy-of-another", "lost-1", rows[5]["id"]}
notes = [note for note in notes if note["encounter"] not in out]
codes = [row for row in codes if row["encounter"] not in out and row["code"] != "E11"]
for note in notes:
    kept = [
        line for line in note["text"].split("\n") if "555-010" not in line and "Billed" not in line
    ]
    note["text"] = "\n".join(kept).encode("cp1252").decode("utf-8")
write_tables()
suggester("corpus check export --map-forward --ignore excludes1")

# %% [markdown]
# The last lines tell how hard the corpus is to learn: here 40 codes that come often. In a real hospital
# thousands of codes come once or twice, and a code that no training note has is suggested by its wording alone.
#
# ## Convert, and look for names
#
# `convert` writes the tables in the project's own form, once; codes that were deleted are mapped forward.
# `scan-phi` then looks for what identifies a person. It found the nurse that `check` has no pattern for.

# %%
suggester("corpus convert export --out ours.jsonl --map-forward")
SCANS = find_spec("presidio_analyzer") is not None
if SCANS:
    suggester("corpus scan-phi ours.jsonl")
else:
    print("scan-phi needs: pip install 'suggester[phi]'")

# %% [markdown]
# **A guard, not a de-identifier**: it tells you that de-identification was forgotten or is leaky, and misses
# names that stand alone. So one name found is a reason to look at the process, not only at that note. Here the
# sentence goes, and the file is written again.

# %%
for note in notes:
    note["text"] = note["text"].replace("\nSeen with Nurse Marlow Quillfeather.", "")
write_tables()
suggester("corpus convert export --out ours.jsonl --map-forward", show=False)
if SCANS:
    suggester("corpus scan-phi ours.jsonl")

# %% [markdown]
# ## Split by patient
#
# Nobody may stand on both sides: a model that knows a patient's earlier stays is asked a question whose answer
# it has seen. `--by time` would be the stricter rehearsal, `--by codes` the kinder one.

# %%
suggester("corpus split ours.jsonl --out parts --by patient --test 0.25")

# %% [markdown]
# ## Describe
#
# `suggester corpus stats ours.jsonl --report stats.html` writes all figures and pictures as one page. Two of
# them:

# %%
counted = corpus_statistics(read_corpus([folder / "ours.jsonl"]))

plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
BLUE, GREY, ORANGE = "#1f6391", "#8a96a1", "#c8641b"
figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 2.6), layout="constrained")
by_rank = [number for _, number in counted.frequency.most_common()]
left.bar(range(1, len(by_rank) + 1), by_rank, color=BLUE)
left.set(xlabel="rank of the code", ylabel="notes that have it")
sizes = Counter(counted.codes_per_note)
right.bar(list(sizes), list(sizes.values()), color=BLUE)
right.set(xlabel="codes of a note", ylabel="notes")
plt.show()

# %% [markdown]
# Left: a few codes are in many notes, most in few; real corpora fall off far more steeply. A code needs three
# notes to get a model of its own. Right: most notes have three to five codes, which is what a coder will expect
# to see suggested.
#
# ## Train
#
# `train` scans once more and refuses a file that looks identifying. The figures it prints are out of fold:
# each note was scored by models that had not seen it. From 100 encounters on, each code with at least three
# notes gets a linear model over the words of its notes.

# %% tags=["varies"]
allowed = "" if SCANS else " --allow-phi train.jsonl"
suggester(f"train parts/train.jsonl --out models/ours --jobs 1{allowed}")

# %%
manifest = json.loads((folder / "models" / "ours" / "manifest.json").read_text("utf-8"))
for key in ("encounters", "code_models", "identifying_text"):
    print(f"{key}: {manifest[key]}")

# %% [markdown]
# What the model keeps: weights of hashed words, and of those only that stand in at least five notes; how
# often words of the lexicon went with codes; how often each code was used. What it does not keep: notes,
# sentences, ids, or a list of words. Weights of hashed words can be probed by whoever guesses a word, so a model
# trained on patients is to be guarded like the notes.
#
# ## Before and after
#
# The shipped model and the new one on the same held-back patients.

# %%
test = list(read_corpus([folder / "parts" / "test.jsonl"]))
shipped = Suggester.load()
ours = shipped.with_model(load_model(folder / "models" / "ours"))
before, after = evaluate(shipped, test), evaluate(ours, test)
compared = compare_answers(("shipped", "ours"), before.answered, after.answered)

# %% tags=["varies"]
print(compared.sentence)
for row in compared.rows:
    if row.metric in ("micro_precision", "micro_recall", "micro_f1", "recall_at_10"):
        print(
            f"{row.metric:16} {row.base:.2f} -> {row.other:.2f} ({row.low:+.2f} to {row.high:+.2f})"
        )

# %%
names = {"micro_precision": "precision", "micro_recall": "recall", "micro_f1": "micro-F1"}
rows_shown = [row for row in compared.rows if row.metric in names]
figure, axes = plt.subplots(figsize=(6.4, 2.2), layout="constrained")
for place, row in enumerate(rows_shown):
    axes.plot([row.base, row.other], [place, place], color=GREY, linewidth=2, zorder=1)
    low, high = row.base + row.low, min(1, row.base + row.high)
    axes.plot([low, high], [place + 0.18] * 2, color=ORANGE, linewidth=1.5)
    axes.scatter(row.base, place, color=GREY, s=60, label="shipped" if not place else None)
    axes.scatter(row.other, place, color=ORANGE, s=60, label="ours" if not place else None)
axes.set_yticks(range(len(rows_shown)), [names[row.metric] for row in rows_shown])
axes.set(xlim=(0, 1.02), ylim=(len(rows_shown) - 0.5, -0.5))
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% [markdown]
# Read it so: the grey dot is where you are today, the orange one where training brings you; the thin line is the
# 95 % interval of the difference, from drawing patients again. Where that line reaches the grey dot the gain
# may be chance.
#
# Where does it come from? The code that only the new model finds most often, and the words of the notes that it
# rests on:

# %% tags=["varies"]
gained = [
    (code, two.id)
    for one, two in zip(before.answered, after.answered, strict=True)
    for code in (two.scored.confident & two.scored.gold) - set(one.scored.ranked)
]
often = Counter(code for code, _ in gained)
code = max(sorted(often), key=lambda code: often[code])
named = {note for gained_code, note in gained if gained_code == code}
words = Counter()
for coded in test:
    if coded.encounter.id in named:
        made = next(s for s in ours.suggest(coded.encounter).diagnoses if s.code == code)
        words.update({word for place in made.evidence for word in place.text.lower().split()})
word, times = min(words.items(), key=lambda pair: (-pair[1], pair[0]))
fewer = max((number for other, number in words.items() if other != word), default=0)
print(f"{code} {ours.codes.title(code)}: found in {len(named)} more notes")
print(f"{word!r} is evidence in {times} of them, any other word in {fewer} at most")

# %% [markdown]
# The word is this hospital's own name for the condition. No lexicon holds it: only the codes of other notes taught it.
# Some of the other words are coincidence: from a hundred notes a linear model also learns what happened to stand
# nearby. Look at such evidence before you trust a small corpus.
#
# **What this shows, and what not.** The way works, from two tables to a model, and the model learns what is in the
# labels. How *much* it gains was decided by the program that invented the notes: a third of the codes with a
# house name, no errors of coding. On your notes the gain depends on how far your wording is from the lexicon,
# how consistently your coders code, and how many notes you have. On the command line the comparison is
# `suggester compare default models/ours parts/test.jsonl --report comparison.html`.
