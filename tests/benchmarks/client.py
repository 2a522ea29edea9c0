"""A small HTTP client that keeps its connection and reads every body: on two cores a heavy one would measure itself."""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlencode

END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Client:
    """One visitor with one connection; `cookie` and `address` are sent with every request."""

    def __init__(self, port: int, *, cookie: str = "", address: str = "") -> None:
        self.port = port
        self.cookie = cookie
        self.address = address
        self._socket: socket.socket | None = None

    def get(self, path: str) -> Answer:
        """Ask for a page."""
        return self._ask(f"GET {path} HTTP/1.1\r\n", b"")

    def post(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        body = urlencode(fields).encode()
        kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        return self._ask(f"POST {path} HTTP/1.1\r\n{kind}", body)

    def close(self) -> None:
        """Hang up."""
        if self._socket:
            self._socket.close()
            self._socket = None

    def _ask(self, head: str, body: bytes) -> Answer:
        lines = f"{head}Host: localhost:{self.port}\r\nAccept-Encoding: gzip\r\n"
        lines += f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        lines += f"X-Forwarded-For: {self.address}\r\n" if self.address else ""
        request = f"{lines}\r\n".encode() + body
        if self._socket is not None:
            try:
                return self._exchange(request)
            except ConnectionError:
                # The server ended an idle or recycled connection, as it may: browsers open another one.
                self.close()
        self._socket = socket.create_connection(("127.0.0.1", self.port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self._exchange(request)

    def _exchange(self, request: bytes) -> Answer:
        assert self._socket
        self._socket.sendall(request)
        received = b""
        while END_OF_HEAD not in received:
            received += self._receive()
        head, _, body = received.partition(END_OF_HEAD)
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        chunks, missing = [body], int(headers["content-length"]) - len(body)
        while missing > 0:
            chunks.append(self._receive())
            missing -= len(chunks[-1])
        if headers.get("connection") == "close":
            self.close()
        return Answer(int(first.split(" ", 2)[1]), headers, b"".join(chunks))

    def _receive(self) -> bytes:
        assert self._socket
        data = self._socket.recv(262_144)
        if not data:
            raise ConnectionError
        return data


@dataclass
class Load:
    """What a crowd of clients saw: seconds of each call and the whole."""

    seconds: list[float] = field(default_factory=list)
    duration: float = 0.0

    @property
    def per_second(self) -> float:
        """Calls finished in a second."""
        return len(self.seconds) / self.duration


def ask_for(port: int, path: str, *, clients: int, seconds: float) -> Load:
    """Let so many clients ask for one page again and again; every answer has to be a 200."""
    load, until = Load(), time.perf_counter() + seconds

    def run(_number: int) -> None:
        client = Client(port)
        while (began := time.perf_counter()) < until:
            assert client.get(path).status == 200, path
            load.seconds.append(time.perf_counter() - began)
        client.close()

    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(run, range(clients)))
    load.duration = time.perf_counter() - began
    return load


def share_out(tasks: Sequence[Callable[[], object]], clients: int) -> Load:
    """Let so many clients work through the tasks, all starting at once."""
    load, barrier = Load(), threading.Barrier(clients)
    queues = [tasks[number::clients] for number in range(clients)]

    def run(queue: Sequence[Callable[[], object]]) -> None:
        barrier.wait()
        for task in queue:
            began = time.perf_counter()
            task()
            load.seconds.append(time.perf_counter() - began)

    with ThreadPoolExecutor(clients) as pool:
        began = time.perf_counter()
        list(pool.map(run, queues))
    load.duration = time.perf_counter() - began
    return load
