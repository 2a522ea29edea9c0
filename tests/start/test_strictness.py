"""What fails a test without anybody asserting it: logged errors, missing template variables, warnings, skips in CI."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import datetime as dt
import logging

import pytest
from django.template import Context, Template
from django.utils import timezone


def test_logs_an_error():
    logging.getLogger("mailing").error("lost a mail")


@pytest.mark.logs_errors
def test_announces_its_error():
    logging.getLogger("mailing").error("lost a mail")


def test_logs_a_warning():
    logging.getLogger("mailing").warning("nearly lost a mail")


def test_misses_a_template_variable():
    Template("{{ missing }}").render(Context())


def test_uses_a_naive_datetime():
    from core.models import Heartbeat

    Heartbeat._meta.get_field("at").get_prep_value(dt.datetime(2026, 11, 24, 9))


@pytest.mark.e2e
def test_skips_the_browser():
    pytest.skip("no browser")


@pytest.mark.faults
@pytest.mark.xfail(reason="known")
def test_expects_its_failure():
    assert False


def test_skips_something_else():
    pytest.skip("not on this machine")
"""


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory):
    """Run the tests above under the rules of tests/conftest.py."""
    file = tmp_path_factory.mktemp("strict") / "test_strict.py"
    file.write_text(TESTS)

    def run(**environ: str) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if name != "CI" and "XDIST" not in name}
        command = [
            sys.executable,
            "-m",
            "pytest",
            str(file),
            "-p",
            "tests.conftest",
            "-c",
            "pyproject.toml",
            "-rA",
            "-n0",
        ]
        output = subprocess.run(
            command, cwd=ROOT, env=inherited | environ, text=True, capture_output=True, check=False
        ).stdout
        found = re.findall(
            r"^(PASSED|FAILED|ERROR|XFAIL|SKIPPED)\b.*?(?:::(\w+)|: (no browser|not on))", output, re.MULTILINE
        )
        assert found, output
        return {name or reason: outcome for outcome, name, reason in found}

    return run


def test_silence_is_the_worst_failure(outcomes):
    found = outcomes()
    assert found["test_logs_an_error"] == "ERROR"
    assert found["test_announces_its_error"] == "PASSED"
    assert found["test_logs_a_warning"] == "PASSED"
    assert found["test_misses_a_template_variable"] == "FAILED"
    assert found["test_uses_a_naive_datetime"] == "FAILED"
    assert found["no browser"] == "SKIPPED"


def test_in_ci_a_skipped_browser_or_fault_test_fails(outcomes):
    found = outcomes(CI="true")
    assert found["test_skips_the_browser"] == "FAILED"
    assert found["test_expects_its_failure"] == "XFAIL"
    assert found["not on"] == "SKIPPED"
