"""Coding rules over the diagnoses of one encounter: alerts, each with its source and a mend."""

from suggester.edits.coding.alerts import ERROR, INFORMATION, WARNING, Alert, Mend
from suggester.edits.coding.checker import Checker, Report
from suggester.edits.coding.encounter import CodedEncounter

__all__ = [
    "ERROR",
    "INFORMATION",
    "WARNING",
    "Alert",
    "Checker",
    "CodedEncounter",
    "Mend",
    "Report",
]
