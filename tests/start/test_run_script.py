"""The door: `./run` finds a Python by trying, says what to install if there is none, and keeps .venv in step."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements-local.lock", "requirements-dev.lock")
# What the script needs from the system, so that the test can leave out every Python.
TOOLS = ("dirname", "uname", "grep", "mktemp", "rm", "cat", "sh", "env")

GOOD = '#!/bin/sh\nexec {python} "$@"\n'
BROKEN_SHIM = "#!/bin/sh\nexit 127\n"
# Passes the trial; a "virtual environment" of it is a link to the real Python, its pip installs nothing.
PRETENDER = """#!/bin/sh
case "$*" in
  *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python; echo "$0 venv" >>calls ;;
  *"pip sync"*) echo "$0 sync ${{PYTHONDONTWRITEBYTECODE-unset}} $*" >>calls ;;
  *"-m uv"*|*"-m pip"*|*"-m ensurepip"*) ;;
  *"-m config.stack"*|*"-m pytest"*) echo "$0 $*" >>calls ;;
  *) exec {python} "$@" ;;
esac
"""


class Door:
    """A copy of `run` in a folder and a PATH of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "portal"
        self.bin = folder / "bin"
        self.home = folder / "home"
        for directory in (self.folder, self.bin, self.home):
            directory.mkdir()
        shutil.copy(ROOT / "run", self.folder / "run")
        for lock in LOCKS:
            (self.folder / lock).write_text("nothing==1\n")
        for tool in (*TOOLS, "mkdir", "cp"):
            (self.bin / tool).symlink_to(shutil.which(tool))

    def python(self, name: str, text: str = PRETENDER, folder: Path | None = None) -> Path:
        path = (folder or self.bin) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text.format(python=sys.executable))
        path.chmod(0o755)
        return path

    def run(self, *arguments: str, cwd: Path | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
        # Nothing of this machine's own Pythons may be found.
        script = (self.folder / "run").read_text().replace("/usr/", "/nowhere/").replace("/opt/", "/nowhere/")
        (self.folder / "run").write_text(script)
        return subprocess.run(
            [str(self.folder / "run"), *arguments],
            cwd=cwd or self.folder,
            env={"PATH": str(self.bin), "HOME": str(self.home)} | environ,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    @property
    def calls(self) -> list[str]:
        calls = self.folder / "calls"
        return calls.read_text().splitlines() if calls.exists() else []


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(tmp_path)


def test_without_a_python_the_first_line_says_what_to_install(door):
    result = door.run()
    assert result.returncode == 1
    first = (result.stdout + result.stderr).splitlines()[0]
    assert first.startswith("Es fehlt Python 3.12 oder neuer. Bitte installieren: ")
    assert first.endswith("./run noch einmal aufrufen.")


def test_a_shim_that_answers_127_is_passed_over(door):
    door.python("python3.13", BROKEN_SHIM)
    good = door.python("python3.12")
    assert door.run().returncode == 0
    assert f"{good} venv" in door.calls


def test_3_13_is_preferred_then_3_14_then_3_12(door):
    for version in ("3.12", "3.14", "3.13"):
        door.python(f"python{version}")
    door.run()
    assert door.calls[0].endswith("python3.13 venv")


def test_pyenv_and_uv_are_searched(door):
    inside_uv = door.python("python3", folder=door.home / ".local/share/uv/python/cpython-3.13.9-linux/bin")
    door.run()
    assert door.calls[0] == f"{inside_uv} venv"
    shutil.rmtree(door.folder / ".venv")
    inside_pyenv = door.python("python3", folder=door.home / ".pyenv/versions/3.13.0/bin")
    door.run()
    assert f"{inside_pyenv} venv" in door.calls


def test_portal_python_wins_or_is_refused(door):
    door.python("python3.13")
    other = door.python("other", folder=door.home)
    door.run(PORTAL_PYTHON=str(other))
    assert door.calls[0] == f"{other} venv"
    shutil.rmtree(door.folder / ".venv")
    result = door.run(PORTAL_PYTHON="/no/python")
    assert result.returncode == 1
    assert "PORTAL_PYTHON=/no/python" in result.stderr


def test_uv_brings_a_python_when_there_is_none(door):
    brought = door.python("brought", folder=door.home)
    door.python("uv", f'#!/bin/sh\n[ "$2" = find ] && echo {brought}\nexit 0\n')
    assert door.run().returncode == 0
    assert door.calls[0] == f"{brought} venv"


def test_the_environment_is_made_once_and_again_when_the_lock_changes(door):
    door.python("python3.13")
    door.run()
    door.run()
    assert len([call for call in door.calls if " venv" in call]) == 1
    assert len([call for call in door.calls if " sync " in call]) == 1
    (door.folder / "requirements-local.lock").write_text("nothing==2\n")
    door.run()
    assert len([call for call in door.calls if " venv" in call]) == 1
    assert len([call for call in door.calls if " sync " in call]) == 2


def test_packages_are_installed_by_hash_and_compiled_whatever_the_environment_says(door):
    door.python("python3.13")
    door.run(PYTHONDONTWRITEBYTECODE="1")
    sync = next(call for call in door.calls if " sync " in call)
    assert "--require-hashes --compile-bytecode" in sync
    # Empty means: write bytecode.
    assert " sync  -m uv" in sync


def test_a_developers_environment_is_not_cut_back_by_a_plain_start(door):
    door.python("python3.13")
    door.run("test")
    door.run()
    syncs = [call for call in door.calls if " sync " in call]
    assert len(syncs) == 1
    assert syncs[0].endswith("requirements-dev.lock")
    assert door.calls[-1].endswith("-m config.stack start")


def test_a_broken_environment_is_made_anew(door):
    door.python("python3.13")
    door.run()
    door.python("python", BROKEN_SHIM, folder=door.folder / ".venv/bin")
    assert door.run().returncode == 0
    assert len([call for call in door.calls if " venv" in call]) == 2


def test_it_works_from_any_folder_and_hands_on_arguments(door, tmp_path):
    door.python("python3.13")
    door.run("manage", "create_centre_staff", "name with spaces@example.org", cwd=tmp_path)
    assert door.calls[-1].endswith("-m config.stack manage create_centre_staff name with spaces@example.org")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], "-m pytest -n auto"),
        (["tests/mail", "-x"], "-m pytest -n auto tests/mail -x"),
        (["-n0", "tests/mail"], "-m pytest -n0 tests/mail"),
        (["--pdb"], "-m pytest --pdb"),
    ],
)
def test_tests_run_in_parallel_unless_told_otherwise(door, arguments, expected):
    door.python("python3.13")
    door.run("test", *arguments)
    assert door.calls[-1].endswith(expected)


def test_an_unknown_word_shows_what_there_is(door):
    result = door.run("fly")
    assert result.returncode == 2
    assert "./run test" in result.stderr


def test_the_script_is_executable_and_posix():
    assert os.access(ROOT / "run", os.X_OK)
    assert subprocess.run(["sh", "-n", str(ROOT / "run")], check=False).returncode == 0
    assert "[[" not in (ROOT / "run").read_text()
