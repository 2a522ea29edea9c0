"""Both servers together."""

import os
from pathlib import Path

from config.processes import log_tail
from config.servers.base import Server
from config.servers.postgres import PostgresServer
from config.servers.redis import RedisServer


class ServerPair:
    """PostgreSQL and a Redis-protocol server: private ones, unless the environment names others."""

    def __init__(self, directory: Path, logs: Path, *, throw_away: bool = False) -> None:
        self.addresses: dict[str, str] = {}
        self.versions: list[str] = []
        self._postgres = PostgresServer(directory / "pg", logs / "postgres.log", throw_away=throw_away)
        self._redis = RedisServer(directory / "redis", logs / "redis.log", throw_away=throw_away)
        self._started: list[Server] = []

    def start(self) -> None:
        """Start what DATABASE_URL and REDIS_URL do not provide."""
        for name, server in (("DATABASE_URL", self._postgres), ("REDIS_URL", self._redis)):
            if name in os.environ:
                self.addresses[name] = os.environ[name]
                self.versions.append(name)
            else:
                server.start()
                self._started.append(server)
                self.addresses[name] = server.url
                self.versions.append(server.version)

    def failure(self) -> str | None:
        """Say which of our servers has ended by itself."""
        for server in self._started:
            if server.process and server.process.poll() is not None:
                return f"{server.label} ist ausgefallen ({server.log}):\n{log_tail(server.log)}"
        return None

    def close(self) -> None:
        """Stop ours, last first."""
        while self._started:
            self._started.pop().close()
