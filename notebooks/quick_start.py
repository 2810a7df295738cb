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
# # Quick start
#
# One note, why its codes were suggested, and how good the model is on a few notes. A coder decides on
# every code; the confidence is a help, not a verdict.
#
# The other notebooks go on from here: [own_corpus](own_corpus.ipynb), [error_analysis](error_analysis.ipynb),
# [thresholds](thresholds.ipynb) and [scaling_out](scaling_out.ipynb).

# %% [markdown]
# ## Suggest
#
# Loading takes a few seconds and is done once.

# %%
from itertools import islice
from pathlib import Path
from textwrap import shorten

import matplotlib.pyplot as plt

from suggester import Suggester
from suggester.corpus.readers import read_corpus
from suggester.evaluation.evaluate import evaluate

suggester = Suggester.load()
note = Path("../corpora/examples/clinic_visit.txt").read_text("utf-8")
result = suggester.suggest(note, top_k=8)
for s in result.suggestions:
    print(f"{s.rank:2} {s.code:8} {s.confidence:5.0%} {s.tier:9} {s.description}")

# %% [markdown]
# The diagnoses as a picture. Blue ones are *confident*: at or above the threshold at which the model was
# most often right when it was trained. The grey ones are *candidates*, for the coder to look through.

# %%
plt.rcParams.update({"font.size": 9, "axes.spines.top": False, "axes.spines.right": False})
BLUE, GREY, ORANGE = "#1f6391", "#8a96a1", "#c8641b"

figure, axes = plt.subplots(figsize=(7.2, 2.8), layout="constrained")
names = [f"{s.code}  {shorten(s.description, 46, placeholder=' …')}" for s in result.diagnoses]
shades = [BLUE if s.tier == "confident" else GREY for s in result.diagnoses]
axes.barh(names, [s.confidence for s in result.diagnoses], color=shades, height=0.7)
axes.invert_yaxis()
axes.set(xlim=(0, 1), xlabel="confidence")
plt.show()

# %% [markdown]
# Each suggestion names the places of the note that support it. Offsets count characters of the note as it
# was given.

# %%
first = result.suggestions[0]
for place in first.evidence:
    print(place.start, place.end, repr(note[place.start : place.end]), "in", place.section)

# %% [markdown]
# Conditions that the note names but that should not be coded, with the words that decided:

# %%
for refusal in result.not_coded:
    print(f"{refusal.text:32} {refusal.reason:12} {refusal.cue}")

# %% [markdown]
# ## Explain
#
# `explain=True` says what each confidence was made of, in log-odds: above 0 speaks for the code.

# %%
explained = suggester.suggest(note, top_k=1, explain=True)
for reason in explained.suggestions[0].reasons:
    print(f"{reason.effect:+.2f} {reason.statement}")

# %% [markdown]
# What one more documented detail would change:

# %%
for s in result.suggestions:
    for other in s.alternatives[:1]:
        print(f"{s.code} -> {other.code} {other.reason}")

# %% [markdown]
# ## Evaluate
#
# The metrics on twenty notes of the project's own corpus, beside a dictionary look-up of the official
# titles. The shipped model was trained on these very notes, so the figures show how to measure, not
# how good it is: evaluate on notes it has not seen.

# %%
corpus = list(islice(read_corpus(["../corpora/notes/everyday_visits.jsonl"]), 20))
found = evaluate(suggester, corpus)
shown = ("micro_f1", "map", "recall_at_10", "ece")
for name in shown:
    print(f"{name:13} {found.metrics[name]:.2f}   look-up {found.baseline[name]:.2f}")

# %%
figure, axes = plt.subplots(figsize=(5.4, 2.4), layout="constrained")
places = range(3)
axes.bar([p - 0.2 for p in places], [found.metrics[n] for n in shown[:3]], 0.38, color=BLUE)
axes.bar([p + 0.2 for p in places], [found.baseline[n] for n in shown[:3]], 0.38, color=GREY)
axes.set_xticks(places, ["micro-F1", "MAP", "recall at 10"])
axes.set_ylim(0, 1)
axes.legend(["model", "look-up"], frameon=False, loc="upper left", bbox_to_anchor=(1, 1))
plt.show()

# %% [markdown]
# The look-up knows the official wording and nothing else: it does not know what clinicians write, nor what
# *denies* means. The distance between the bars is what the lexicon, the reading of assertions and the
# ranking add, and, here, that the model has seen these notes. `ece` is the calibration error: how far a confidence is from the share that is right. On the
# command line the same is `suggester evaluate NOTES.jsonl`, with 95 % intervals, and `--report` writes
# everything as one page.
