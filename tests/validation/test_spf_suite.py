"""Running a suite of SPF cases: here a small one of our own, in the form of the published ones."""

from pathlib import Path

import pytest

from sim.errors import ScenarioError
from sim.validation.spf_suite import SuiteRow, run_suite

SUITE = r"""
# a comment before the first document
---
description: Hosts
tests:
  greeted:
    helo: mail.example.jp
    host: 192.0.2.1
    mailfrom: ""
    result: pass
  glued:
    helo: mail.example.jp
    host: 192.0.2.1
    mailfrom: a@glued.example.jp
    result: [softfail, fail]
  deemed_wrong:
    helo: mail.example.jp
    host: 2001:db8::1
    mailfrom: a@glued.example.jp
    result: pass
  explained_only:
    helo: mail.example.jp
    host: 192.0.2.1
    mailfrom: a@glued.example.jp
    explanation: because
zonedata:
  mail.example.jp:
    - SPF: v=spf1 mx -all
    - MX: [0, ""]
    - MX: [10, mail.example.jp]
    - A: 192.0.2.1
  glued.example.jp:
    - SPF: ["v=spf1 ip4:192.0.2.1/3", "2 -all"]
    - SPF: "caf\xE9"
---
description: Silence
tests:
  own_text:
    helo: mail.example.jp
    host: 192.0.2.1
    mailfrom: a@own.example.jp
    result: fail
    explanation: because
  no_text:
    helo: mail.example.jp
    host: 192.0.2.1
    mailfrom: a@hidden.example.jp
    result: temperror
  no_such_text:
    helo: mail.example.jp
    host: 192.0.2.1
    mailfrom: a@bare.example.jp
    result: none
zonedata:
  own.example.jp:
    - TXT: v=spf1 -all
    - SPF: v=spf1 +all
    - TIMEOUT
  hidden.example.jp:
    - SPF: v=spf1 +all
    - TXT: NONE
    - TIMEOUT
  bare.example.jp:
    - SPF: v=spf1 +all
    - TXT: NONE
"""


def run(tmp_path: Path, text: str) -> list[SuiteRow]:
    path = tmp_path / "suite.yml"
    path.write_text(text, encoding="utf-8")
    return run_suite(path)


def test_each_case_gives_a_row(tmp_path: Path) -> None:
    rows = {row.name: (row.expected, row.found, row.ok, row.treated) for row in run(tmp_path, SUITE)}
    assert rows == {
        "greeted": (("pass",), "pass", True, True),
        "glued": (("softfail", "fail"), "pass", False, True),
        "deemed_wrong": (("pass",), "fail", False, True),
        "explained_only": ((), None, None, False),
        "own_text": (("fail",), "fail", True, True),
        "no_text": (("temperror",), "temperror", True, True),
        "no_such_text": (("none",), "none", True, True),
    }


def test_a_row_says_where_it_stands_and_whether_an_explanation_was_passed_over(tmp_path: Path) -> None:
    rows = [(row.section, row.name) for row in run(tmp_path, SUITE) if row.explained]
    assert rows == [("Hosts", "explained_only"), ("Silence", "own_text")]


def test_a_case_that_stands_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        run(tmp_path, "---\ntests:\n  one: {host: 192.0.2.1, result: none}\n  one: {host: 192.0.2.1}\n")
    assert [problem.code for problem in caught.value.problems] == ["key_stands_twice"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        run_suite(tmp_path / "nowhere.yml")
    assert [problem.code for problem in caught.value.problems] == ["file_missing"]
