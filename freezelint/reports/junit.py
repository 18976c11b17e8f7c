"""JUnit XML, for servers that show test results: a failed test case for every finding."""

from __future__ import annotations

import re
from itertools import groupby
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from freezelint.findings import Finding
from freezelint.reports.physical import START, Physical
from freezelint.reports.place import in_cell, place
from freezelint.result import INCOMPLETE, Result

# What XML 1.0 cannot hold, even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render(result: Result, *, color: bool = False) -> str:
    """A suite per file with findings, or where there is none one test that passed; `color` changes nothing.

    What kept the run from doing its whole job is an `error`, everything else a `failure`. ASCII, so that any console
    can carry it.
    """
    suites = Element("testsuites", name="freezelint")
    physical = Physical(result)
    if result.errors:
        _errors(suites, result.errors)
    for filename, findings in groupby(result.findings, key=lambda finding: finding.filename):
        _suite(suites, filename, list(findings), physical)
    if not len(suites):
        suite = SubElement(suites, "testsuite", name="freezelint", tests="1", failures="0", errors="0")
        SubElement(suite, "testcase", name="no findings", classname="freezelint")
    for total in ("tests", "failures", "errors"):
        suites.set(total, str(sum(int(suite.attrib[total]) for suite in suites)))
    indent(suites)
    text: bytes = tostring(suites, encoding="us-ascii", xml_declaration=False)
    return "<?xml version='1.0' encoding='utf-8'?>\n" + text.decode("ascii") + "\n"


def _suite(suites: Element, filename: str, findings: list[Finding], physical: Physical) -> None:
    broken = sum(finding.code in INCOMPLETE for finding in findings)
    tests, failures = str(len(findings)), str(len(findings) - broken)
    name = _legal(filename)
    suite = SubElement(suites, "testsuite", name=name, tests=tests, failures=failures, errors=str(broken))
    for finding in findings:
        start, _ = physical.span(finding) or (START, START)
        message = _legal(f"{finding.message}{in_cell(finding.cell, finding.location)}")
        case = SubElement(suite, "testcase", name=f"{finding.code} {start.row}:{start.column}", classname=name)
        tag = "error" if finding.code in INCOMPLETE else "failure"
        problem = SubElement(case, tag, type=finding.severity, message=message)
        where = place(finding.filename, finding.cell, finding.location)
        problem.text = _legal(f"{where}: {finding.code} {finding.message}\n{finding.url}")


def _errors(suites: Element, errors: tuple[str, ...]) -> None:
    """What could not be looked at at all, such as a path that does not exist."""
    count = str(len(errors))
    suite = SubElement(suites, "testsuite", name="freezelint", tests=count, failures="0", errors=count)
    for number, error in enumerate(errors, start=1):
        case = SubElement(suite, "testcase", name=f"incomplete {number}", classname="freezelint")
        SubElement(case, "error", type="error", message=_legal(error))


def _legal(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
