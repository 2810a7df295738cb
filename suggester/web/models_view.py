"""The models, retraining and comparisons as the page and the interface tell them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from suggester.codes.code_forms import systems_of
from suggester.errors import ModelError
from suggester.evaluation.per_code import DIAGNOSIS
from suggester.models import find_model, list_models, read_manifest
from suggester.review.jobs import FAILED, JobState
from suggester.review.retraining import KIND
from suggester.web.office import Office

#: Metrics of the manifest that are told of each model, out of fold.
METRICS = ("micro_f1", "map", "recall_at_10", "ece")
#: What people call the metrics.
LABELS = {
    "micro_f1": "Micro-F1",
    "micro_precision": "Micro precision",
    "micro_recall": "Micro recall",
    "map": "MAP",
    "recall_at_10": "Recall at 10",
    "ece": "Calibration error",
    "procedure_micro_f1": "Micro-F1 of procedures",
    "procedure_map": "MAP of procedures",
}


def job_view(state: JobState) -> dict[str, Any]:
    """Return a job as it is told."""
    return {
        "id": state.id,
        "kind": state.kind,
        "state": state.state,
        "by": state.by,
        "created_at": state.created_at.isoformat(),
        "progress": state.progress,
        "step": state.step,
        "message": state.message,
        "model": state.outcome.get("model"),
    }


def models_view(office: Office, may_change: bool) -> dict[str, Any]:
    """Return the models and what can be done with them."""
    retraining = office.retraining
    current = retraining.in_use.current()
    name = retraining.in_use.first if current is None else current.model
    enough = retraining.enough()
    running = retraining.running()
    last = retraining.jobs.last(KIND)
    compared = retraining.comparisons()
    return {
        "in_use": name,
        "trouble": office.succession.failure,
        "models": [row | {"compared": row["name"] in compared} for row in _models(name)],
        "history": [
            {
                "at": change.at.isoformat(timespec="seconds"),
                "by": change.by,
                "what": change.what,
                "model": change.model,
                "before": change.before,
            }
            for change in retraining.in_use.history()
        ],
        "can_retrain": may_change and not enough.sentence and running is None,
        "why_not": enough.sentence or ("" if may_change else "Only an administrator may retrain."),
        "can_roll_back": may_change and current is not None,
        "learn_from": enough.learn,
        "held_back": enough.held_back,
        "job": None if running is None else running.id,
        "last_failure": last.message if last is not None and last.state == FAILED else "",
    }


def comparison_view(office: Office, name: str) -> dict[str, Any]:
    """Return how a retrained model did beside another; raises UnknownModelError."""
    told = office.retraining.comparison(name)
    return {
        **told,
        "rows": [row | {"label": LABELS.get(row["metric"], row["metric"])} for row in told["rows"]],
        "codes": [
            change | {"description": _title(office, change["kind"], change["code"])}
            for change in told["codes"]
        ],
    }


def _title(office: Office, kind: str, code: str) -> str:
    systems = ("icd10cm",) if kind == DIAGNOSIS else systems_of(code)
    return next(filter(None, (office.title(system, code) for system in systems)), "")


def _models(current: str) -> list[dict[str, Any]]:
    known = list_models()
    try:
        in_use = find_model(current)
    except ModelError:
        in_use = Path()
    if in_use.name and in_use not in known.values():
        known[in_use.name] = in_use
    rows = [_row(name, folder, folder == in_use) for name, folder in known.items()]
    return sorted(rows, key=lambda row: str(row["created"]), reverse=True)


def _row(name: str, folder: Path, current: bool) -> dict[str, Any]:
    try:
        manifest: Mapping[str, Any] = read_manifest(folder)
    except ModelError:
        manifest = {"version": "damaged"}
    metrics = manifest.get("metrics", {})
    return {
        "name": name,
        "version": str(manifest.get("version", "")),
        "created": str(manifest.get("created", ""))[:16].replace("T", " "),
        "corpora": ", ".join(str(row.get("name", "")) for row in manifest.get("corpora", ())),
        "metrics": {key: float(metrics[key]) for key in METRICS if key in metrics},
        "current": current,
    }
