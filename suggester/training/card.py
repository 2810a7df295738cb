"""The model card that every bundle carries."""

from __future__ import annotations

from collections.abc import Mapping
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

## Out-of-fold figures on the training corpora

{folds}-fold, folds by encounter; printed by the command above.

| metric | value |
|---|---|
{metrics}

`candidate_recall` is the share of gold codes that the language side proposes at all: no ranker can
exceed it. `threshold_…` is the confidence from which a suggestion is *confident* in encounters of that
setting.
{measured}
## Limits

It proposes only what its lexicon and the official wording let it find, in English notes, and learned
its sense of what is reportable from the corpora named above. Confidence is calibrated for notes like
those; on others, measure with `suggester evaluate` before relying on it.
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
        measured=f"\n{measured.strip()}\n" if measured.strip() else "",
        metrics="\n".join(f"| {key} | {value:.3f} |" for key, value in manifest["metrics"].items()),
    )


def _procedures(manifest: Mapping[str, Any]) -> str:
    if "procedure_threshold" not in manifest["metrics"]:
        return "none: the corpora hold too few to learn from"
    return (
        f"gradient-boosted trees, calibrated, on {len(manifest['procedure_features'])} features; "
        f"{manifest['encounters_with_procedures']} texts whose procedures were coded; figures `procedure_…` "
        "are of the whole notes among them; the level of a visit is chosen by rules"
    )
