"""JUnit XML, read by the library that other tools read it with."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import junitparser
import pytest
from report_cases import IN_CELL, ODD, finding, result, unreadable, write_notebook

from freezelint.reports import render
from freezelint.result import Result


def read(found: Result) -> junitparser.JUnitXml:
    text = render("junit", found)
    assert text.isascii()
    return junitparser.JUnitXml.fromstring(text.encode())


def test_nothing_found_is_one_test_that_passed() -> None:
    assert (
        render("junit", result())
        == """\
<?xml version='1.0' encoding='utf-8'?>
<testsuites name="freezelint" tests="1" failures="0" errors="0">
  <testsuite name="freezelint" tests="1" failures="0" errors="0">
    <testcase name="no findings" classname="freezelint" />
  </testsuite>
</testsuites>
"""
    )


def test_a_suite_per_file_and_a_failure_per_finding() -> None:
    assert (
        render("junit", result(finding(), finding(code="FRZ101", severity="warning", message='a < "b"')))
        == """\
<?xml version='1.0' encoding='utf-8'?>
<testsuites name="freezelint" tests="2" failures="2" errors="0">
  <testsuite name="train.py" tests="2" failures="2" errors="0">
    <testcase name="FRZ102 2:10" classname="train.py">
      <failure type="error" message="`base` keeps training">train.py:2:10: FRZ102 `base` keeps training
https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ102.md</failure>
    </testcase>
    <testcase name="FRZ101 2:10" classname="train.py">
      <failure type="warning" message="a &lt; &quot;b&quot;">train.py:2:10: FRZ101 a &lt; "b"
https://github.com/freezelint/freezelint/blob/main/docs/rules/FRZ102.md</failure>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_the_counts_are_those_of_the_cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = write_notebook(tmp_path)
    row = next(number for number, line in enumerate(text.splitlines(), 1) if "base.trainable" in line)
    xml = read(result(finding(), IN_CELL, finding(filename=ODD), unreadable(), errors=("x.py: no such file",)))
    said = (xml.tests, xml.failures, xml.errors)
    for suite in xml:
        suite.update_statistics()
    xml.update_statistics()
    assert said == (xml.tests, xml.failures, xml.errors) == (5, 3, 2)
    assert [suite.name for suite in xml] == ["freezelint", "train.py", "n.ipynb", ODD, "bad.py"]
    kinds = [type(case.result[0]) for suite in xml for case in suite]
    assert [kind.__name__ for kind in kinds] == ["Error", "Failure", "Failure", "Failure", "Error"]
    (case,) = list(xml)[2]
    assert case.name.startswith(f"FRZ102 {row}:")
    assert case.result[0].message == "`base` keeps training (cell 2, line 2)"


def test_what_xml_cannot_hold_is_replaced() -> None:
    (suite,) = read(result(finding(message="a\x00b\x1b\ud800日 & \U0001f600", filename="\udce4.py")))
    assert suite.name == "\ufffd.py"
    (case,) = suite
    assert case.result[0].message == "a\ufffdb\ufffd\ufffd日 & \U0001f600"
    assert ElementTree.fromstring(render("junit", result(finding(message="a\nb")))).tag == "testsuites"
