"""The port of the local portal: taken before the web server starts, asked until it answers."""

import errno
import http.client
import socket
import time
from collections.abc import Callable

from config.servers import ServerError

PORTS_TRIED = 50
ANSWER_SECONDS = 60.0


def bind_port(first: int) -> tuple[socket.socket, int]:
    """Take the first free port from here on, for this machine only; the open socket goes to the web server."""
    for port in range(first, first + PORTS_TRIED):
        if not _is_taken_on_ipv6(port):
            listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                listener.bind(("127.0.0.1", port))
                listener.listen(64)
            except OSError as error:
                listener.close()
                if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                    raise
            else:
                return listener, port
    raise ServerError(f"Kein freier Port zwischen {first} und {first + PORTS_TRIED - 1}.")


def wait_for_page(port: int, failure: Callable[[], str | None]) -> None:
    """Wait until the start page answers 200, or say why it does not."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while (status := _status(port)) != http.HTTPStatus.OK:
        reason = failure()
        if reason is None and status is not None:
            reason = f"Die Startseite antwortet mit {status}; siehe web.log."
        if reason is None and time.monotonic() > deadline:
            reason = f"Die Startseite antwortet nach {ANSWER_SECONDS:.0f} s noch nicht; siehe web.log."
        if reason:
            raise ServerError(reason)
        time.sleep(0.05)


def _is_taken_on_ipv6(port: int) -> bool:
    """Browsers try localhost on ::1 first: somebody else there would be shown instead of us."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.settimeout(1)
            return probe.connect_ex(("::1", port)) == 0
    except OSError:
        return False


def _status(port: int) -> int | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
