"""The model card that every bundle carries: all of it from the manifest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_TEMPLATE = """# Model card: {name} {version}

Ranks candidate ICD-10-CM codes of a clinical note, and CPT and HCPCS codes of what was done, for a medical
coder, who decides. Not for billing without review, and not for clinical decisions.

| | |
|---|---|
| made | {created} with suggester {suggester}, scikit-learn {sklearn} |
| code set | ICD-10-CM {release} |
| trained on | {encounters} encounters: {corpora} |
| classifier | gradient-boosted trees (ensembles: {seeds}) and a logistic regression, averaged; beta calibration; {features} features of a (note, code) pair |
| procedures | {procedures} |
| rebuild | `{rebuild}` |
| verify | `suggester models verify {name}` |
{data}
## Out-of-fold figures on the training corpora

{folds}-fold, folds by patient (by encounter where the corpus tells no patients); printed by the command above.

| metric | value |
|---|---|
{metrics}

`candidate_recall` is the share of gold codes that the language side proposes at all: no ranker can
exceed it. `threshold_…` is the confidence from which a suggestion is *confident* in encounters of that
setting.
{sure}{groups}{calibration}{measured}
## Limits

It proposes only what its lexicon and the official wording let it find, in English notes, and learned
its sense of what is reportable from the corpora named above. Confidence is calibrated for notes like
those; on others, measure with `suggester evaluate` before relying on it, and compare them with what it
was trained on with `suggester models drift`.
"""


def write_card(manifest: Mapping[str, Any], measured: str = "") -> str:
    """Return the card of a bundle as Markdown, from its manifest.

    ``measured`` is a section, in Markdown, of figures measured on notes of elsewhere.
    """
    return _TEMPLATE.format(
        name=manifest["name"],
        version=manifest["version"],
        created=manifest["created"],
        suggester=manifest["versions"]["suggester"],
        sklearn=manifest["versions"]["scikit-learn"],
        release=manifest["code_sets"]["icd10cm"],
        encounters=manifest["encounters"],
        corpora=", ".join(row["name"] for row in manifest["corpora"]),
        seeds=manifest["settings"]["seeds"],
        features=len(manifest["features"]),
        procedures=_procedures(manifest),
        folds=manifest["settings"]["folds"],
        rebuild=manifest["rebuild"],
        data=_data(manifest["data"]) if "data" in manifest else "",
        sure=_sure(manifest["sure"]) if "sure" in manifest else "",
        groups=_groups(manifest["groups"]) if "groups" in manifest else "",
        calibration=_calibration(manifest["calibration"]) if "calibration" in manifest else "",
        measured=f"\n{measured.strip()}\n" if measured.strip() else "",
        metrics="\n".join(f"| {key} | {value:.3f} |" for key, value in manifest["metrics"].items()),
    )


def sure_sentence(sure: Mapping[str, Any]) -> str:
    """Say from which confidence suggestions are surely right so often, or that none can be guaranteed."""
    precision, certainty = f"{sure['precision']:.0%}", f"{sure['certainty']:.0%}"
    patients = "1 patient" if sure["patients"] == 1 else f"{sure['patients']} patients"
    if sure["threshold"] is None:
        top = max(sure["measured"], key=lambda row: row["threshold"], default=None)
        seen = "" if top is None else _nearest(top)
        return (
            f"No confidence can be named from which diagnoses are surely {precision} right, on {patients}."
            f"{seen}"
        )
    return (
        f"From confidence {sure['threshold']:.2f} on, diagnoses are at least {precision} right (with "
        f"{certainty} certainty, on {patients}); these are {sure['coverage']:.0%} of the gold codes."
    )


def _nearest(row: Mapping[str, Any]) -> str:
    have = "1 patient has" if row["patients"] == 1 else f"{row['patients']} patients have"
    return (
        f" {have} any of confidence {row['threshold']:.2f} or above; of these {row['precision']:.1%} are "
        f"right, {row['bound']:.1%} certainly."
    )


def _sure(sure: Mapping[str, Any]) -> str:
    rows = (
        (
            f"{row['threshold']:.2f}",
            row["codes"],
            row["patients"],
            f"{row['coverage']:.3f}",
            f"{row['precision']:.3f}",
            f"{row['bound']:.3f}",
        )
        for row in sure["measured"]
    )
    heads = ("from confidence", "codes", "patients", "coverage", "right", "at least")
    return (
        f"\n## How sure\n\n{sure_sentence(sure)}\n\n{_table(heads, rows)}\n\n"
        "*Coverage* is the share of all gold codes that is among the codes taken. *Right* is the mean over\n"
        "patients of the share that is gold; *at least* is what it is with that certainty for one row, for\n"
        "patients from where these came (Hoeffding and Bentkus). Confidences were tried from 0.95 down in steps\n"
        "of 0.01 until one failed, so that the one named holds with the same certainty. All was measured with\n"
        "models that saw no note of the patient, before the coding rules; the model here was fitted on all.\n"
        "`suggester suggest --sure` shows only what is at or above that confidence.\n"
    )


def _data(data: Mapping[str, Any]) -> str:
    patients = (
        data["patients"]
        if data["patients_told"]
        else f"{data['patients']} (not told of every note)"
    )
    years = "–".join(dict.fromkeys(map(str, data["years"]))) or "not given"
    read = (
        ""
        if data["read_in_full"] == data["encounters"]
        else f", {data['read_in_full']} of them read in full; the next two rows are of these"
    )
    rows = (
        ("encounters", f"{data['encounters']}{read}"),
        ("years of service", years),
        ("settings", ", ".join(f"{key} {value}" for key, value in data["settings"].items())),
        ("patients", patients),
        ("codes assigned", f"{data['codes_assigned']}, {data['codes_different']} different"),
        *(
            (f"codes seen {name} times", f"{row['codes']}, assigned {row['assigned']} times")
            for name, row in data["bands"].items()
        ),
    )
    return f"\n## Data\n\n{_table(('', ''), rows)}\n"


def _groups(groups: Sequence[Mapping[str, Any]]) -> str:
    rows = []
    for row in groups:
        figures = row["figures"]
        told = [row["kind"], _plain(row["name"]), row["encounters"]]
        if row["too_few"] or not figures:
            rows.append((*told, "too few", "", ""))
            continue
        rows.append(
            (
                *told,
                *(
                    f"{figures[name]['value']:.3f} ({figures[name]['low']:.3f}–{figures[name]['high']:.3f})"
                    for name in ("micro_f1", "micro_precision", "micro_recall")
                ),
            )
        )
    heads = ("group", "", "encounters", "micro-F1", "precision", "recall")
    return (
        f"\n## By group, out of fold\n\n{_table(heads, rows)}\n\n"
        "In brackets the 95 % interval, from a bootstrap over patients. Groups of fewer than 10 encounters\n"
        "have no figures.\n"
    )


def _calibration(bins: Sequence[Mapping[str, Any]]) -> str:
    rows = (
        (
            f"{row['from']:.1f}–{row['to']:.1f}",
            row["suggestions"],
            f"{row['said']:.3f}",
            f"{row['held']['value']:.3f} ({row['held']['low']:.3f}–{row['held']['high']:.3f})",
        )
        for row in bins
    )
    heads = ("confidence", "suggestions", "mean confidence", "right")
    return f"\n## Calibration, out of fold\n\n{_table(heads, rows)}\n"


def _table(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [f"| {' | '.join(heads)} |".replace("  ", " "), "|---" * len(heads) + "|"]
    lines += [f"| {' | '.join(map(str, row))} |".replace("  ", " ") for row in rows]
    return "\n".join(lines)


def _plain(name: str) -> str:
    """Return a name of the corpus' own as one cell of a table."""
    return " ".join(name.split()).replace("|", "/")


def _procedures(manifest: Mapping[str, Any]) -> str:
    if "procedure_threshold" not in manifest["metrics"]:
        return "none: the corpora hold too few to learn from"
    return (
        f"gradient-boosted trees, calibrated, on {len(manifest['procedure_features'])} features; "
        f"{manifest['encounters_with_procedures']} texts whose procedures were coded; figures `procedure_…` "
        "are of the whole notes among them; the level of a visit is chosen by rules"
    )
