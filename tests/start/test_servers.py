"""The private servers: data that survive, leftovers that do not block, root in any folder."""

import os
import shutil
import signal
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import dj_database_url
import psycopg
import pytest

from config.servers import PostgresServer, RedisServer, ServerError, ServerPair
from config.servers import base as servers_base
from config.servers import postgres as servers_postgres
from config.servers.binaries import find_postgres, find_redis

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that only its owner may enter."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    return private


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Data as initdb leaves them, made once: it takes longer than everything else here."""
    server = PostgresServer(tmp_path_factory.mktemp("cluster") / "pg", tmp_path_factory.mktemp("log") / "pg.log")
    server.start()
    server.close()
    return server.data


@pytest.fixture
def postgres(folder: Path, cluster: Path) -> Iterator[Callable[..., PostgresServer]]:
    servers = []

    def make(*, fresh: bool = False) -> PostgresServer:
        if not fresh and not (folder / "pg").exists():
            shutil.copytree(cluster, folder / "pg")
        servers.append(PostgresServer(folder / "pg", folder / "pg.log", throw_away=True))
        return servers[-1]

    yield make
    for server in servers:
        server.close()


@pytest.fixture
def redis(folder: Path) -> Iterator[RedisServer]:
    server = RedisServer(folder / "redis", folder / "redis.log")
    server.start()
    yield server
    server.resume()
    server.close()


def execute(server: PostgresServer, statement: str) -> list[tuple]:
    with psycopg.connect(server.url, autocommit=True) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def test_postgres_keeps_its_data_and_its_address(postgres):
    server = postgres()
    server.start()
    execute(server, "CREATE TABLE kept AS SELECT 1 AS n")
    url = server.url
    server.close()
    again = postgres()
    again.start()
    assert again.url == url
    assert execute(again, "SELECT n FROM kept") == [(1,)]


def test_django_reads_the_address(postgres):
    server = postgres()
    settings = dj_database_url.parse(server.url)
    assert (settings["HOST"], settings["USER"], settings["NAME"]) == (str(server.socket_dir), "portal", "portal")


def test_postgres_sorts_and_encodes_as_in_production(postgres):
    server = postgres()
    server.start()
    found = execute(
        server, "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = 'portal'"
    )
    assert found == [("UTF8", "C.UTF-8")]
    if find_postgres().major >= 17:
        assert execute(server, "SELECT datlocprovider FROM pg_database WHERE datname = 'portal'") == [("b",)]


def test_postgres_listens_on_its_socket_only(postgres):
    server = postgres()
    server.start()
    assert execute(server, "SHOW listen_addresses") == [("",)]
    assert stat.S_IMODE(server.socket_dir.stat().st_mode) == 0o700


def test_a_server_left_by_a_killed_run_is_ended_first(postgres):
    left = postgres()
    left.start()
    server = postgres()
    server.start()
    assert left.process.poll() is not None
    assert execute(server, "SELECT 1") == [(1,)]


def test_postgres_starts_after_kill_9(postgres):
    server = postgres()
    server.start()
    os.kill(server.process.pid, signal.SIGKILL)
    server.process.wait(5)
    again = postgres()
    again.start()
    assert execute(again, "SELECT 1") == [(1,)]


def test_a_process_id_that_now_is_somebody_elses_does_not_block(postgres, folder):
    server = postgres()
    server.start()
    pid_file = (folder / "pg/postmaster.pid").read_text()
    server.close()
    lines = pid_file.splitlines()
    (folder / "pg/postmaster.pid").write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    again = postgres()
    again.start()
    assert execute(again, "SELECT 1") == [(1,)]


def test_a_cut_off_initdb_is_not_taken_for_data(postgres, folder):
    (folder / "pg.new").mkdir()
    (folder / "pg.new/PG_VERSION").write_text("18\n")
    server = postgres(fresh=True)
    server.start()
    assert execute(server, "SELECT 1") == [(1,)]


def test_data_of_another_version_are_refused_with_the_way_out(postgres, folder):
    server = postgres()
    server.start()
    server.close()
    (folder / "pg/PG_VERSION").write_text("14\n")
    with pytest.raises(ServerError, match=r"PostgreSQL 14.*\./run reset"):
        postgres().start()


def test_an_open_socket_directory_is_refused(postgres):
    server = postgres()
    server.socket_dir.mkdir(mode=0o755)
    with pytest.raises(ServerError, match="gehört jemand anderem oder ist offen"):
        server.start()


def test_a_server_that_cannot_start_shows_its_log(postgres, monkeypatch):
    server = postgres()
    server.start()
    server.close()
    monkeypatch.setattr(PostgresServer, "command", lambda _: [str(find_postgres().path), "--no-such-option"])
    with pytest.raises(ServerError, match="no-such-option"):
        postgres().start()


def test_variables_of_psql_do_not_lead_astray(postgres, monkeypatch):
    monkeypatch.setenv("PGPORT", "1")
    server = postgres()
    server.start()
    assert (server.socket_dir / ".s.PGSQL.5432").exists()


@root_only
@pytest.mark.skipif(not servers_postgres.namespaces_work(), reason="namespaces are forbidden here")
def test_root_runs_postgres_in_a_namespace_and_owns_the_files(postgres, folder):
    server = postgres()
    server.start()
    assert server.shed() == "namespace"
    assert (folder / "pg").stat().st_uid == 0


@root_only
def test_root_runs_postgres_as_nobody_where_namespaces_are_forbidden(postgres, folder, monkeypatch):
    before = postgres()
    before.start()
    execute(before, "CREATE TABLE kept AS SELECT 1 AS n")
    before.close()
    monkeypatch.setattr(servers_postgres, "namespaces_work", lambda: False)
    server = postgres()
    server.start()
    assert (folder / "pg").stat().st_uid == servers_base.nobody_uid()
    assert Path(f"/proc/{server.process.pid}").stat().st_uid == servers_base.nobody_uid()
    assert execute(server, "SELECT n FROM kept") == [(1,)]
    server.close()
    monkeypatch.undo()
    after = postgres()
    after.start()
    assert execute(after, "SELECT n FROM kept") == [(1,)]


def test_redis_can_be_stopped_frozen_and_flushed(redis):
    assert redis.answers()
    redis._send("SET key value")
    redis.stop()
    assert not redis.answers()
    redis.start()
    assert redis._send("EXISTS key") == ":1"
    redis.flush()
    assert redis._send("EXISTS key") == ":0"
    redis.freeze()
    with pytest.raises(TimeoutError):
        redis._send("PING", timeout=0.3)
    redis.resume()
    assert redis.answers()


def test_redis_data_of_another_version_are_dropped(redis, folder):
    redis.stop()
    for path in (folder / "redis").rglob("*.manifest"):
        path.write_text("no manifest at all\n")
    redis.start()
    assert redis.answers()


def test_the_environment_wins_over_private_servers(folder, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://db.example.org/portal")
    monkeypatch.setenv("REDIS_URL", "redis://redis.example.org/0")
    pair = ServerPair(folder, folder)
    pair.start()
    assert pair.addresses == {
        "DATABASE_URL": "postgres://db.example.org/portal",
        "REDIS_URL": "redis://redis.example.org/0",
    }
    assert list(folder.iterdir()) == []
    pair.close()


@pytest.fixture
def fresh_search() -> Iterator[None]:
    find_postgres.cache_clear()
    find_redis.cache_clear()
    yield
    find_postgres.cache_clear()
    find_redis.cache_clear()


@pytest.mark.usefixtures("fresh_search")
def test_the_system_is_searched_when_there_is_no_wheel(monkeypatch, tmp_path):
    for name, answer in (("postgres", "postgres (PostgreSQL) 99.1"), ("redis-server", "Redis server v=99.2.3 sha=0")):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho '{answer}'\n")
        program.chmod(0o755)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert (find_postgres().version, find_postgres().source) == ("99.1", "System")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin")
    assert find_redis().path.name in {"redis-server", "valkey-server"}


@pytest.mark.usefixtures("fresh_search")
def test_a_missing_server_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ServerError, match="redis-server"):
        find_redis()
