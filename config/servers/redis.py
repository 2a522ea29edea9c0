"""A private Valkey or Redis on a unix socket."""

import shutil
import signal
import socket
from pathlib import Path

from config.servers.base import Server
from config.servers.binaries import ServerError, find_redis


class RedisServer(Server):
    """Valkey or Redis: the Celery broker, one socket, append-only file."""

    label = "Valkey/Redis"

    @property
    def version(self) -> str:
        """Name, version and origin, for people."""
        program = find_redis()
        name = "Valkey" if "valkey" in program.path.name else "Redis"
        return f"{name} {program.version} ({program.source})"

    @property
    def socket_path(self) -> Path:
        """Where it listens."""
        return self.socket_dir / "redis.sock"

    @property
    def url(self) -> str:
        """The address as Celery reads it."""
        return f"redis+socket://{self.socket_path}?virtual_host=0"

    def start(self) -> None:
        """Start; data that this version cannot read are dropped: the broker holds wake-up calls only."""
        try:
            super().start()
        except ServerError:
            if not self.data.exists():
                raise
            shutil.rmtree(self.data)
            super().start()

    def prepare(self) -> None:
        """The directory of the append-only file."""
        self.data.mkdir(mode=0o700, exist_ok=True)

    def command(self) -> list[str]:
        """The server without TCP; throw-away ones write nothing to disk."""
        durable = "no" if self.throw_away else "yes"
        options = ["--port", "0", "--unixsocket", str(self.socket_path), "--unixsocketperm", "700", "--save", ""]
        options += ["--dir", str(self.data), "--appendonly", durable, "--maxmemory-policy", "noeviction"]
        return [str(find_redis().path), *options]

    def answers(self) -> bool:
        """Whether it answers PING."""
        try:
            return self._send("PING") == "+PONG"
        except OSError:
            return False

    def flush(self) -> None:
        """Forget everything, as an operator's FLUSHALL would."""
        self._send("FLUSHALL")

    def freeze(self) -> None:
        """Stop the process without closing anything: connections hang."""
        if self.process:
            self.process.send(signal.SIGSTOP)

    def resume(self) -> None:
        """End the freeze."""
        if self.process:
            self.process.send(signal.SIGCONT)

    def _send(self, command: str, timeout: float = 5) -> str:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(timeout)
            connection.connect(str(self.socket_path))
            connection.sendall(f"{command}\r\n".encode())
            return connection.recv(256).decode().strip()
