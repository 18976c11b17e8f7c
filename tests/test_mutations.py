"""One line of a good program is removed or moved, and the right rule fires: at least 19 times of 20.

tests/mutations.py holds the table, and writes the programs for whoever wants to see the harm.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from mutations import FIXTURES, MUTATIONS, Mutation, mutated, write

from freezelint import Settings, check_source


def findings(mutation: Mutation, text: str, keras: str) -> list[tuple[str, str]]:
    """Code and source line of every finding of the default rules, on the TensorFlow backend."""
    settings = Settings.of(keras_version=keras, backend="tensorflow")
    rows = text.splitlines()
    found = check_source(text, filename=str(FIXTURES / f"{mutation.path}.py"), settings=settings)
    return [(finding.code, rows[finding.location.row - 1]) for finding in found]


def fires(mutation: Mutation) -> bool:
    """Whether the rule speaks on the line to blame, no other rule does, and none where nothing goes wrong."""
    text = mutated(mutation)
    found = {keras: findings(mutation, text, keras) for keras in "23"}
    blamed = {keras: any(mutation.line in row for _, row in found[keras]) for keras in mutation.keras}
    codes = {keras: {code for code, _ in found[keras]} for keras in found}
    return all(blamed.values()) and codes == {k: {mutation.code} if k in mutation.keras else set() for k in codes}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: m.name)
def test_the_right_rule_fires_on_the_right_line_and_no_other_does(mutation: Mutation) -> None:
    assert fires(mutation) is not bool(mutation.silent)


def test_the_right_rule_fires_at_least_19_times_of_20() -> None:
    silent = sum(bool(mutation.silent) for mutation in MUTATIONS)
    assert 1 - silent / len(MUTATIONS) >= 19 / 20


def test_there_are_enough_of_them_and_every_family_has_some() -> None:
    assert len({(m.path, m.old) for m in MUTATIONS}) == len(MUTATIONS) >= 20
    assert all(m.path.partition("/")[2].startswith("good_") for m in MUTATIONS)
    assert {m.code[:4] for m in MUTATIONS} >= {"FRZ1", "FRZ2", "FRZ3", "FRZ4", "FRZ5"}


def test_an_edit_that_no_longer_fits_its_fixture_is_an_error() -> None:
    first = MUTATIONS[0]
    lost = Mutation(first.what, first.path, "no such line", "", first.code, first.line)
    with pytest.raises(ValueError, match="0 places hold 'no such line'"):
        mutated(lost)


def test_written_programs_carry_their_harm_as_evidence(tmp_path: Path) -> None:
    count = write(tmp_path)
    programs = sorted(tmp_path.glob("*.py"))
    assert len(programs) == count == sum(bool(m.harm) for m in MUTATIONS)
    first = (tmp_path / f"{MUTATIONS[0].name}.py").read_text(encoding="utf-8")
    assert first.startswith(
        "# evidence[keras2]: moved first/**\n# evidence[keras3]: still first/**\n# The flags change"
    )
    assert first.count("# evidence") == 2
