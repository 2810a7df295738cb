"""The rules of one site: switched off, changed in severity, added."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from suggester.codes import CodeSet
from suggester.edits.coding import Checker, CodedEncounter, Report
from suggester.edits.coding.site_rules import read_site_rules
from suggester.errors import InputError

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def check(codes: CodeSet, tmp_path: Path):  # type: ignore[no-untyped-def]
    def run(toml: str, *assigned: str) -> Report:
        path = tmp_path / "site.toml"
        path.write_text(toml, "utf-8")
        return Checker(codes, read_site_rules(path)).check(CodedEncounter(assigned))

    return run


def test_a_rule_and_a_row_are_switched_off(check) -> None:  # type: ignore[no-untyped-def]
    assert {a.rule for a in check("", "J44.9", "J18.9", "R05.9").alerts} >= {
        "combination",
        "integral-symptom",
    }
    found = check('off = ["integral-symptom"]', "J44.9", "J18.9", "R05.9")
    assert "integral-symptom" not in {a.rule for a in found.alerts}
    assert "R05.9" in found.claim
    found = check('off = ["combination:resp-001"]', "J44.9", "J18.9")
    assert "resp-001" not in {a.row for a in found.alerts}


def test_severity_is_changed(check) -> None:  # type: ignore[no-untyped-def]
    found = check('[severity]\n"integral-symptom" = "information"', "J18.9", "R05.9")
    [alert] = [a for a in found.alerts if a.rule == "integral-symptom"]
    assert alert.severity == "information"
    # What is only a remark is not mended.
    assert found.claim == ("J18.9", "R05.9")


def test_a_payer_rule_is_added(check) -> None:  # type: ignore[no-untyped-def]
    toml = """
[[rule]]
id = "payer-1"
codes = "E11.-"
without = "Z79.-"
message = "This payer wants the drug status."
source = "Bulletin 7"
severity = "error"
add = "Z79.899"
"""
    found = check(toml, "E11.9")
    [alert] = [a for a in found.alerts if a.rule == "site"]
    assert (alert.id, alert.severity, alert.source) == ("site:payer-1", "error", "Bulletin 7")
    assert found.claim == ("E11.9", "Z79.899")
    assert not [a for a in check(toml, "E11.9", "Z79.4").alerts if a.rule == "site"]


def test_the_example_of_the_readme(check) -> None:  # type: ignore[no-untyped-def]
    [toml] = re.findall(r"```toml\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    found = check(toml, "E66.9")
    [alert] = [a for a in found.alerts if a.rule == "site"]
    assert alert.mend.query.startswith("Please document")


@pytest.mark.parametrize(
    ("toml", "sentence"),
    [
        ("off = 3", "off must be a list"),
        ('off = ["exclude1"]', "no rule 'exclude1' to switch off"),
        ('[severity]\n"excludes1" = "fatal"', "severity must give each rule one of error"),
        ("of = []", "unknown key 'of'"),
        ("x = [", "not valid TOML"),
        ("rule = 3", r"write each rule of your own as \[\[rule\]\]"),
        ('[[rule]]\nid = "a"', "the rule 'a' has no codes"),
        ('[[rule]]\nid="a"\ncodes="E11"\nmessage="m"\nsource="s"\nsay="x"', "unknown key 'say'"),
        ('[[rule]]\nid="a"\ncodes="E1?"\nmessage="m"\nsource="s"', "'E1\\?' in codes is not a code"),
        ('[[rule]]\nid="a"\ncodes="E11"\nmessage="m"\nsource="s"\nsays="("', "not a regular expression"),
        ('[[rule]]\nid="a"\ncodes="E11"\nmessage="m"\nsource="s"\nseverity="bad"', "severity must be"),
        ('[[rule]]\nid="a"\ncodes="E11"\nmessage="m"\nsource="s"\nadd="I10"\nremove="true"', "more than one mend"),
        ('[[rule]]\nid="a"\ncodes="E11"\nmessage="m"\nsource="s"\nage_from="x"', "age_from must be a number"),
        ('[[rule]]\nid="a"\ncodes="E11"\nmessage="m"\nsource="s"\nsetting="home"', "setting must be one of"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_gets_one_sentence(toml: str, sentence: str, check) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError, match=sentence):
        check(toml, "E11.9")


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_site_rules(Path("nowhere.toml"))
