"""Locks and deaths: what `./run` relies on when it, or a part of it, is killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from config.processes import Process, ProcessError, is_held, log_tail, only_one, stop_leftover

SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
DEAF = "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
STUBBORN = [sys.executable, "-c", DEAF]


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "nothing happened"
        time.sleep(0.02)


def start(folder: Path, command: list[str] = SLEEP, name: str = "child") -> Process:
    process = Process(name, command, log=folder / f"{name}.log", lock=folder / f"{name}.lock")
    wait_until(lambda: "up" in log_tail(process.log))
    return process


def test_the_lock_is_held_as_long_as_the_program_lives(tmp_path):
    process = start(tmp_path)
    lock = tmp_path / "child.lock"
    assert is_held(lock)
    assert lock.read_text() == str(process.pid)
    assert process.stop()
    assert not is_held(lock)


def test_a_second_process_with_the_same_lock_does_not_start(tmp_path):
    first = start(tmp_path)
    second = Process("child", SLEEP, log=tmp_path / "second.log", lock=tmp_path / "child.lock")
    assert second.wait(10) == 75
    first.stop()


def test_a_process_that_ignores_the_polite_signal_is_killed(tmp_path, monkeypatch):
    monkeypatch.setattr("config.processes.STOP_SECONDS", 0.3)
    process = start(tmp_path, STUBBORN)
    assert not process.stop()
    assert process.poll() == -signal.SIGKILL


def test_a_frozen_process_can_be_stopped(tmp_path):
    process = start(tmp_path)
    process.send(signal.SIGSTOP)
    assert process.stop()


@pytest.mark.parametrize("command", [SLEEP, STUBBORN])
def test_what_a_killed_run_left_is_ended_by_its_lock(tmp_path, command):
    process = start(tmp_path, command)
    assert stop_leftover(tmp_path / "child.lock", (signal.SIGTERM, signal.SIGKILL), patience=0.3)
    assert process.wait(1) is not None
    assert not is_held(tmp_path / "child.lock")


def test_a_lock_file_without_a_holder_blocks_nobody_even_if_its_number_is_somebody_elses(tmp_path):
    lock = tmp_path / "child.lock"
    lock.write_text(str(os.getpid()))
    assert not stop_leftover(lock, (signal.SIGKILL,))


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells children on Linux only")
def test_children_end_when_their_parent_is_killed(tmp_path):
    parent_code = (
        "import sys, time; from pathlib import Path; from config.processes import Process;"
        "folder = Path(sys.argv[1]);"
        "Process('child', [sys.executable, '-c', 'import time; time.sleep(60)'],"
        " log=folder / 'child.log', lock=folder / 'child.lock'); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", parent_code, str(tmp_path)])
    lock = tmp_path / "child.lock"
    wait_until(lambda: lock.exists() and bool(lock.read_text()))
    child = int(lock.read_text())
    # The launcher has become the program once its command line says so; only then is the signal asked for.
    wait_until(lambda: b"launch.py" not in Path(f"/proc/{child}/cmdline").read_bytes())
    parent.kill()
    parent.wait()
    wait_until(lambda: not is_held(lock))


def test_only_one_refuses_the_second_with_its_sentence(tmp_path):
    lock = tmp_path / "run/stack.lock"
    with only_one(lock, "läuft schon"):
        assert is_held(lock)
        with pytest.raises(ProcessError, match="läuft schon"), only_one(lock, "läuft schon"):
            pytest.fail("two at the same time")
    with only_one(lock, "läuft schon"):
        pass


def test_a_log_that_has_grown_large_starts_anew(tmp_path, monkeypatch):
    monkeypatch.setattr("config.processes.LARGEST_LOG", 10)
    log = tmp_path / "child.log"
    log.write_text("old lines, more than ten bytes\n")
    start(tmp_path).stop()
    assert log.read_text() == "up\n"
