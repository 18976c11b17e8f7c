"""benchmarks/ecosystem_findings.py and ecosystem_report.py: how two lists of findings differ, and how that reads."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ecosystem_findings import Finding, Repository, Run, SlowFile, compare
from ecosystem_report import render
from entries import entry


def finding(*args: Any, **more: Any) -> Finding:
    return Finding.of(entry(*args, **more), "/repos/one", "/repos/one")


# -- what is one finding in both versions --------------------------------------------------------------------


def test_equal_findings_are_no_difference_however_they_are_ordered_and_however_often() -> None:
    one, two = finding("FRZ101", 3), finding("FRZ102", 3)
    assert not compare([one, two, two], [two, one, two])
    assert compare([one], [one, one]).came == [one]


def test_same_words_on_another_line_moved_and_other_words_at_the_same_place_changed() -> None:
    old = [finding("FRZ101", 3, "a"), finding("FRZ101", 9, "b"), finding("FRZ102", 20, "c")]
    new = [finding("FRZ101", 5, "a"), finding("FRZ101", 9, "other"), finding("FRZ103", 20, "c")]
    difference = compare(old, new)
    assert difference.moved == [(old[0], new[0])]
    assert difference.changed == [(old[1], new[1])]
    assert (difference.went, difference.came) == ([old[2]], [new[2]])


def test_the_same_place_comes_before_the_same_words() -> None:
    old = [finding("FRZ101", 3, "a"), finding("FRZ101", 9, "b")]
    new = [finding("FRZ101", 3, "b"), finding("FRZ101", 9, "a")]
    assert compare(old, new).changed == list(zip(old, new, strict=True))


def test_equal_words_are_paired_in_the_order_of_their_lines() -> None:
    old = [finding("FRZ602", row) for row in (1, 10, 20)]
    new = [finding("FRZ602", row) for row in (11, 2)]
    difference = compare(old, new)
    assert [(a.row, b.row) for a, b in difference.moved] == [(1, 2), (10, 11)]
    assert (difference.went, difference.came) == ([old[2]], [])


def test_nothing_is_paired_across_files_or_when_a_warning_became_an_error_elsewhere() -> None:
    assert compare([finding("FRZ101", 3, filename="a.py")], [finding("FRZ101", 3, filename="b.py")]).moved == []
    difference = compare([finding("FRZ101", 3, severity="warning")], [finding("FRZ101", 4)])
    assert (len(difference.went), len(difference.came)) == (1, 1)
    assert len(compare([finding("FRZ101", 3, severity="warning")], [finding("FRZ101", 3)]).changed) == 1


def test_a_file_name_is_relative_to_the_repository_and_a_cell_is_part_of_the_place() -> None:
    found = Finding.of(entry("FRZ101", 3, filename="repos/one/a/b.ipynb", cell=2), "/work", "/work/repos/one")
    assert found.place == "a/b.ipynb:cell 2:3:1"


# -- the report ----------------------------------------------------------------------------------------------


def test_the_whole_report() -> None:
    same, old, new = finding("FRZ106", 1), finding("FRZ101", 3, "old  words"), finding("FRZ101", 3, "new words")
    moved = finding("FRZ102", 4), finding("FRZ102", 6)
    came, went = finding("FRZ602", 8), finding("FRZ603", 9, cell=2, filename="a.ipynb", severity="warning")
    files = Counter({".py": 2, ".ipynb": 1, ".md": 4})
    one = Repository("one", files, Run((same, old, moved[0], went), "", 3.0, 1.0),
                     Run((same, new, moved[1], came), "", 2.0, 2.0), (SlowFile("slow.py", 12.346),))  # fmt: skip
    two = Repository(
        "two", Counter(), Run((same,)), Run(None, "stopped after 5 s"), (SlowFile("a.py", 0.1), SlowFile("b.py", 0.5))
    )
    report = render([one, two], old="main", new="working tree", target="Keras 3", slow=10)
    assert (
        report
        == """# freezelint ecosystem check

Old: main. New: working tree. Keras 3. 2 repositories, 3 Python files and notebooks, 4 Markdown files.

**1 came, 1 went, 1 changed, 1 moved** (5 findings before, 4 now).

## Crashes

- new: two: stopped after 5 s

## Codes

| code | old | new | came | went | changed | moved |
| --- | --- | --- | --- | --- | --- | --- |
| FRZ101 | 1 | 1 |  |  | 1 |  |
| FRZ102 | 1 | 1 |  |  |  | 1 |
| FRZ106 | 2 | 1 |  |  |  |  |
| FRZ602 |  | 1 | 1 |  |  |  |
| FRZ603 | 1 |  |  | 1 |  |  |

### one (+1 -1 !1)

```diff
+ train.py:8:1: FRZ602 [error] words
- a.ipynb:cell 2:9:1: FRZ603 [warning] words
! train.py:3:1: FRZ101 [error] old words
!   now: [error] new words
```

<details><summary>1 moved</summary>

```text
train.py:4:1: FRZ102 [error] words
  now: train.py:6:1
```

</details>

## Slow files

Over 10 CPU seconds in the new version: 1.

| CPU seconds | file | problem |
| --- | --- | --- |
| 12.35 | one/slow.py |  |
| 0.50 | two/b.py |  |
| 0.10 | two/a.py |  |

<details><summary>Time</summary>

| repository | files | old, s | new, s | old/new | old, CPU s | new, CPU s | old/new, CPU |
| --- | --- | --- | --- | --- | --- | --- | --- |
| one | 7 | 3.0 | 2.0 | 1.50 | 1.0 | 2.0 | 0.50 |
| two | 0 | 0.0 | 0.0 |  | 0.0 | 0.0 |  |
| all | 7 | 3.0 | 2.0 | 1.50 | 1.0 | 2.0 | 0.50 |

</details>
"""
    )
