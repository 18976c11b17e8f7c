"""The process pool: the same findings in the same order, and only where it is worth its start."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from freezelint import check_paths, pool
from freezelint.settings import Settings

FIXTURES = Path(__file__).parent.parent / "fixtures"


def test_few_files_stay_in_this_process() -> None:
    assert pool.jobs_for(pool.WORTH_IT - 1, 8) == 1


def test_one_job_stays_in_this_process() -> None:
    assert pool.jobs_for(1000, 1) == 1


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system: everything runs in one process")
def test_many_files_use_the_jobs_that_were_asked_for() -> None:
    assert pool.jobs_for(1000, 3) == 3


def test_results_keep_the_order_of_the_files() -> None:
    files = [f"file{n}" for n in range(50)]
    expected = [f"{name} in order" for name in files]
    for jobs in (1, 3):
        assert list(pool.in_order(lambda name: f"{name} in order", files, jobs)) == expected


def test_an_error_in_a_process_reaches_the_caller() -> None:
    def fail(name: str) -> str:
        raise ValueError(name)

    with pytest.raises(ValueError, match="file0"):
        list(pool.in_order(fail, ["file0"] * 30, 2))


def test_two_processes_find_what_one_finds() -> None:
    one, two = (check_paths([FIXTURES], Settings.of(keras_version="3"), jobs=jobs) for jobs in (1, 2))
    assert len(one.findings) > 70
    assert one == two
