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
# # Thresholds and coverage
#
# A confidence is worth something only if it holds: of suggestions with 0.9, nine in ten should be right. If it
# holds, it can be used: to decide which suggestions deserve a long look, and which a short one. This notebook checks
# whether it holds, finds the threshold from which 95 % are right, says how certain that is, and what it would
# mean for a coder's day.
#
# **Nothing is ever accepted automatically**, whatever the threshold. It orders the work.
#
# ## Notes the model has not seen
#
# The shipped model knows all notes of the project, so its confidences would look too good on them. Every second note
# trains a model here, and the other half measures it: diagnoses only and with fewer trees than usual, half a minute.
# Less to learn from means a weaker model than the shipped one; the *method* is what counts.

# %%
import json
import tempfile
from pathlib import Path

import matplotlib.pyplot as plt

from suggester import Suggester
from suggester.corpus.readers import read_corpus
from suggester.evaluation.certain import FAILS, certain, lower_bound, taken_at
from suggester.evaluation.evaluate import evaluate
from suggester.evaluation.reliability import curve, reliability
from suggester.models import load_model
from suggester.training.train import train_model

rows = [
    {**json.loads(line), "procedures": None}
    for path in sorted(Path("../corpora/notes").glob("*.jsonl"))
    for line in path.read_text("utf-8").splitlines()
]
with tempfile.TemporaryDirectory() as folder:
    files = [Path(folder, f"{name}.jsonl") for name in ("learn", "measure")]
    for start, file in enumerate(files):
        file.write_text("".join(json.dumps(row) + "\n" for row in rows[start::2]), "utf-8")
    # Invented notes have no habits of wording worth learning.
    train_model(files[:1], Path(folder, "model"), learn_wording=False, settings={"max_iter": 40})
    suggester = Suggester.load().with_model(load_model(Path(folder, "model")))
    measured = evaluate(suggester, read_corpus(files[1:]))
scored = [row.scored for row in measured.answered]
patients = [row.patient for row in measured.answered]
print(len(scored), "notes,", sum(len(row.gold) for row in scored), "gold codes")

# %% [markdown]
# ## Does the confidence hold?
#
# Suggestions are put into ten bands by confidence. In each: what was promised, and how much of it was right.

# %%
plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
BLUE, GREY, ORANGE = "#1f6391", "#8a96a1", "#c8641b"
bins = reliability(scored, patients)
figure, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2), layout="constrained")
said, held = [b.said for b in bins], [b.held.value for b in bins]
below = [max(0, b.held.value - b.held.low) for b in bins]
above = [max(0, b.held.high - b.held.value) for b in bins]
left.plot([0, 1], [0, 1], color=GREY, linestyle="--", linewidth=1)
left.errorbar(said, held, yerr=[below, above], color=BLUE, marker="o", capsize=3)
left.set(xlim=(0, 1), ylim=(0, 1), xlabel="confidence", ylabel="share that is right")
right.bar([b.low + 0.05 for b in bins], [b.number for b in bins], width=0.09, color=BLUE)
right.set(xlim=(0, 1), yscale="log", xlabel="confidence", ylabel="suggestions")
right.set_yticks([100, 1000], ["100", "1,000"])
plt.show()

# %% tags=["varies"]
print(f"calibration error {measured.metrics['ece']:.3f}")

# %% [markdown]
# Left: on the dashed line a confidence means what it says; below it the model promises too much, above it too little.
# The bars are 95 % intervals: where one reaches the line, nothing speaks against the confidence. Here the points lie
# a little above: this model is slightly too modest, which is the better side to err on. Right, on a logarithmic
# scale: most suggestions have almost no confidence, and the bands in the middle hold few, so their points move most
# from one sample to the next. The calibration error is the mean distance from the line, weighed by these numbers.
#
# ## Precision and coverage
#
# Take suggestions from the most confident down. Each step finds more of the gold codes and lets in more errors.

# %%
points = curve(scored)
figure, axes = plt.subplots(figsize=(5.4, 2.9), layout="constrained")
axes.plot([p.coverage for p in points], [p.precision for p in points], color=BLUE, linewidth=1.6)
axes.axhline(0.95, color=GREY, linestyle="--", linewidth=1)
axes.set(xlim=(0, 1), ylim=(0, 1.03), xlabel="share of gold codes found", ylabel="precision")
plt.show()

# %% tags=["varies"]
reach = max((p for p in points if p.precision >= 0.95), key=lambda p: p.coverage)
print(
    f"95 % precision up to {reach.coverage:.0%} of the gold codes, at confidence {reach.confidence:.2f}"
)

# %% [markdown]
# The dashed line is 95 %. Where the curve last crosses it one reads how many codes could be taken so well. Two
# warnings. The threshold was picked *after* seeing these notes, so on others it will do a little worse. And
# the start of the curve rests on a handful of suggestions: one error there moves it far.
#
# ## A threshold with a bound
#
# `taken_at` answers the sterner question: for a few thresholds fixed beforehand, what is the precision *at least*, with
# 95 % certainty for all of them together? It averages over patients, and no assumption about the model is in it;
# only that the new patients come from where these came from.


# %%
steps = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
taken = taken_at(scored, patients, steps)
figure, axes = plt.subplots(figsize=(5.4, 2.9), layout="constrained")
axes.fill_between(
    steps, [t.bound for t in taken], [t.precision for t in taken], color=BLUE, alpha=0.2
)
axes.plot(steps, [t.precision for t in taken], color=BLUE, marker="o", label="precision, measured")
axes.plot(steps, [t.bound for t in taken], color=BLUE, linestyle=":", marker="o", label="at least")
axes.plot(steps, [t.coverage for t in taken], color=ORANGE, marker="s", label="gold codes found")
axes.axhline(0.95, color=GREY, linestyle="--", linewidth=1)
axes.set(ylim=(0, 1.03), xlabel="threshold", ylabel="share")
axes.legend(frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% tags=["varies"]
for t in taken:
    print(
        f"from {t.threshold:.2f}: {t.codes:4} codes of {t.patients:3} notes, {t.precision:.1%} right, "
        f"at least {t.bound:.1%}; {t.coverage:.0%} of the gold codes"
    )
sure = certain(taken)
print("a threshold that is certain to hold 95 %:", "none" if sure is None else sure.threshold)

# %% [markdown]
# Measured, 95 % is reached from about 0.9 on; *at least* is five to nine points lower, and no threshold is certain. That
# is not a fault of the model but of the number of notes: 300 cannot prove more. How many could?

# %%
numbers = range(50, 4001, 50)
figure, axes = plt.subplots(figsize=(5.4, 2.7), layout="constrained")
for precision, shade in ((0.96, GREY), (0.97, "#7fb2d1"), (0.98, BLUE)):
    bounds = [lower_bound(precision, number, FAILS / len(steps)) for number in numbers]
    axes.plot(numbers, bounds, color=shade, label=f"{precision:.0%} measured")
    enough = 50 + max(n for n, bound in zip(numbers, bounds, strict=True) if bound < 0.95)
    print(f"{precision:.0%} measured: 95 % is certain from {enough} patients on")
axes.axhline(0.95, color=GREY, linestyle="--", linewidth=1)
axes.set(xlabel="patients with a code above the threshold", ylabel="at least")
axes.legend(frameon=False, loc="lower right")
plt.show()

# %% [markdown]
# So plan the sample by the margin: a model that is 98 % right above the threshold needs a few hundred patients to
# prove 95 %, one that is 96 % right needs thousands. Or ask for less: 300 notes are enough for this much.

# %% tags=["varies"]
for wanted in (0.80, 0.85):
    sure = certain(taken, wanted)
    print(
        f"at least {wanted:.0%} right with certainty: from {sure.threshold} on, {sure.coverage:.0%} found"
    )

# %% [markdown]
# ## What it means for the coders
#
# A threshold sorts the suggestions of a note: those above get a short look (is the marked place what it says?),
# those below a long one. What is in which pile, for 100 notes:

# %% tags=["varies"]
kinds = ("above, right", "above, wrong", "below, right", "never suggested")
piles = {}
for threshold in (0.5, 0.7, 0.9):
    sums = dict.fromkeys(kinds, 0)
    whole = 0
    for row in scored:
        above = {code for code, sure in row.confidence.items() if sure >= threshold}
        sums["above, right"] += len(above & row.gold)
        sums["above, wrong"] += len(above - row.gold)
        sums["below, right"] += len((set(row.ranked) & row.gold) - above)
        sums["never suggested"] += len(row.gold - set(row.ranked))
        whole += above == row.gold
    piles[threshold] = {kind: 100 * number / len(scored) for kind, number in sums.items()}
    told = ", ".join(f"{kind} {number:.0f}" for kind, number in piles[threshold].items())
    print(f"from {threshold}: {told}; {whole / len(scored):.0%} of the notes exactly right")

# %%
figure, axes = plt.subplots(figsize=(7.2, 2.2), layout="constrained")
shades = dict(zip(kinds, (BLUE, "#b5502a", "#7fb2d1", GREY), strict=True))
names = [f"from {threshold}" for threshold in piles]
start = [0.0] * len(piles)
for kind in kinds:
    width = [pile[kind] for pile in piles.values()]
    axes.barh(names, width, left=start, color=shades[kind], label=kind, height=0.7)
    start = [a + b for a, b in zip(start, width, strict=True)]
axes.invert_yaxis()
axes.set_xlabel("codes of 100 notes")
figure.legend(loc="outside upper right", ncols=4, frameon=False)
plt.show()

# %% [markdown]
# A higher threshold shrinks the red part, the errors in the pile that is looked at quickly, and moves right codes
# (light blue) into the pile that takes time. The grey part is the same for every threshold: these codes the coder
# finds in the note, or nobody does. Even where all that is above is right, the note is seldom finished.
#
# What no threshold tells: how well coders find an error among suggestions that are usually right. The more often a
# pile is right, the less it is read. So keep a blind second coding of a sample (the audit page of the workbench),
# and measure the threshold anew when the notes, the codes or the model change.
#
# **These figures are of invented notes**, written and coded for the project, and half of them taught the model. Take
# the method from here and the numbers from your own later notes: `suggester evaluate our_later_notes.jsonl
# --model models/ours --report report.html` has all of this in it.
