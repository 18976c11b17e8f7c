"""The process pool: the same findings in the same order, and only where it is worth its start."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
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


def test_large_files_are_begun_with_and_the_others_stay_together() -> None:
    sizes = [1, 40_000, 2, 3, 90_000, 4, 5, 6]
    assert pool.batches(sizes) == [[4], [1], [0, 2, 3, 5], [6, 7]]


def test_large_files_keep_their_place_in_the_results() -> None:
    files = [f"file{n}" for n in range(50)]
    sizes = [100_000 if n % 7 == 3 else 1 for n in range(50)]
    assert list(pool.in_order(str.upper, files, 3, sizes=sizes)) == [name.upper() for name in files]


def test_work_goes_on_beside_until_this_process_is_done(tmp_path: Path) -> None:
    def work(number: int) -> int:
        (tmp_path / str(number)).write_text("")
        return number * number

    def until_the_last_is_done() -> None:
        while not (tmp_path / "49").exists():
            time.sleep(0.01)

    for jobs in (1, 3):
        found = pool.beside(work, range(50), jobs, until_the_last_is_done)
        assert found == {number: number * number for number in range(50)}
        (tmp_path / "49").unlink()


def test_what_is_not_begun_is_left_when_this_process_is_done(tmp_path: Path) -> None:
    def work(number: int) -> int:
        (tmp_path / "began").write_text("")
        time.sleep(0.01)
        return number

    def until_it_began() -> None:
        while not (tmp_path / "began").exists():
            time.sleep(0.001)

    found = pool.beside(work, range(100_000), 2, until_it_began)
    assert sorted(found) == list(range(len(found)))
    assert 0 < len(found) < 100_000


def test_an_error_beside_reaches_the_caller() -> None:
    def fail(number: int) -> int:
        raise ValueError(number)

    with pytest.raises(ValueError, match="7"):
        pool.beside(fail, [7], 1, lambda: time.sleep(0.5))


def test_the_gates_in_another_process_say_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = (
        "x = 1\n",
        "import keras\nkeras.layers.Dense(1).trainabel = False\n",
        "# layer.trainable = False\n",
    )
    for number in range(120):
        (tmp_path / f"file{number:03}.py").write_text(texts[number % 3])
    alone = check_paths([tmp_path], jobs=1)
    asked = []

    def all_of_them(work, items, jobs, meanwhile):  # type: ignore[no-untyped-def]
        asked.append(len(items))
        meanwhile()
        return {item: work(item) for item in items}

    for instead in (all_of_them, lambda work, items, jobs, meanwhile: asked.append(len(items)) or {}, pool.beside):
        monkeypatch.setattr(pool, "beside", instead)
        assert check_paths([tmp_path], jobs=2) == alone
    assert len(alone.findings) == 40
    assert asked == [108, 108]


def test_an_interrupt_ends_the_processes(tmp_path: Path) -> None:
    """The processes ignore the signal that a terminal sends to all; the one that waits ends them, without a word."""
    code = (
        "import os, sys, time\n"
        "from freezelint import pool\n"
        "def work(name):\n"
        "    open(name, 'w').close()\n"
        "    time.sleep(600)\n"
        "try:\n"
        "    list(pool.in_order(work, [os.path.join(sys.argv[1], str(n)) for n in range(30)], 2))\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted')\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # shells ignore it for background jobs
    )
    while len(list(tmp_path.iterdir())) < 2:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    assert process.communicate(timeout=60) == (b"interrupted\n", b"")
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)
