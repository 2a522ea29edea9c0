"""What is said to a mail server, word for word: one command after the other, or at once where it offers that."""

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from mailing.replies import Stage
from mailing.transport import LineBroken, NotAccepted, Smtp

MAIL = b"Subject: Hallo\r\n\r\nEins\r\n.Zwei\r\n.\r\nDrei\r\n"
WORDS = ["MAIL FROM:<portal@example.org>", "RCPT TO:<erika@example.org>", "DATA"]
type Script = list[tuple[int, str]]


class Server:
    """Answers by a script: after so many lines these answers; an empty answer cuts the line."""

    def __init__(self, script: Script) -> None:
        self.heard: list[str] = []
        self._script = script
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        line, _ = self._listener.accept()
        with line, line.makefile("rb") as words:
            line.sendall(b"220 script\r\n")
            for lines, answers in self._script:
                self.heard += [words.readline().decode().rstrip("\r\n") for _ in range(lines)]
                if not answers:
                    return
                line.sendall(answers.encode())
            self.heard += [rest.decode().rstrip("\r\n") for rest in words]

    def close(self) -> None:
        """Wait until all was heard."""
        self._thread.join(5)
        self._listener.close()


@pytest.fixture
def connect(settings) -> Iterator[Callable[[str, Script], tuple[Server, Smtp]]]:
    """Connect to a server that offers this and then answers by this script."""
    opened = []

    def start(offers: str, script: Script) -> tuple[Server, Smtp]:
        server = Server([(1, f"250-script\r\n250 {offers}\r\n"), *script])
        backend = "django.core.mail.backends.smtp.EmailBackend"
        options = {"host": "127.0.0.1", "port": server.port, "timeout": 2}
        settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        smtp = Smtp()
        smtp.open()
        opened.append((server, smtp))
        return server, smtp

    yield start
    for server, smtp in opened:
        smtp.close()
        server.close()


def hand_over(smtp: Smtp) -> str:
    return smtp.send("portal@example.org", "erika@example.org", MAIL)


def test_one_by_one_where_the_server_offers_no_more(connect) -> None:
    one_by_one = [(1, "250 OK\r\n"), (1, "250 OK\r\n"), (1, "354 Go on\r\n"), (7, "250 Taken\r\n"), (1, "221 Bye\r\n")]
    server, smtp = connect("8BITMIME", one_by_one)

    assert hand_over(smtp) == "250 Taken"
    smtp.close()
    server.close()
    assert server.heard[1:4] == WORDS


def test_at_once_where_it_offers_that(connect) -> None:
    """This server says nothing before it has heard all three; a line that begins with a dot gets a second one."""
    server, smtp = connect("PIPELINING", [(3, "250 OK\r\n251 Will do\r\n354 Go on\r\n"), (7, "250 Taken\r\n")])

    assert hand_over(smtp) == "250 Taken"
    smtp.close()
    server.close()
    assert server.heard[1:] == [*WORDS, "Subject: Hallo", "", "Eins", "..Zwei", "..", "Drei", ".", "quit"]


@pytest.mark.parametrize(
    ("answers", "code", "stage"),
    [
        ("530 No\r\n503 First MAIL\r\n503 First RCPT\r\n", 530, Stage.SENDER),
        ("250 OK\r\n550 5.1.1 Unknown\r\n554 Nobody to send it to\r\n", 550, Stage.RECIPIENT),
        ("250 OK\r\n250 OK\r\n451 Not now\r\n", 451, Stage.DATA),
    ],
)
def test_the_first_no_counts_and_the_line_can_be_used_again(connect, answers, code, stage) -> None:
    both = [(3, answers), (3, "250 OK\r\n250 OK\r\n354 Go on\r\n"), (7, "250 Taken\r\n")]
    _server, smtp = connect("PIPELINING", both)

    with pytest.raises(NotAccepted) as refused:
        hand_over(smtp)

    assert (refused.value.code, refused.value.stage) == (code, stage)
    assert hand_over(smtp) == "250 Taken"


def test_a_server_that_waits_for_a_mail_to_nobody_gets_its_end(connect) -> None:
    refused = [(3, "250 OK\r\n550 5.1.1 Unknown\r\n354 Go on\r\n"), (1, "554 Nobody to send it to\r\n")]
    server, smtp = connect("PIPELINING", [*refused, (3, "250 OK\r\n250 OK\r\n354 Go on\r\n"), (7, "250 Taken\r\n")])

    with pytest.raises(NotAccepted, match="550"):
        hand_over(smtp)

    assert hand_over(smtp) == "250 Taken"
    assert server.heard[1:6] == [*WORDS, ".", WORDS[0]]


def test_a_no_is_a_no_also_when_the_line_breaks_after_it(connect) -> None:
    _server, smtp = connect("PIPELINING", [(3, "250 OK\r\n550 5.1.1 Unknown\r\n"), (0, "")])

    with pytest.raises(NotAccepted, match="550"):
        hand_over(smtp)
    assert not smtp.is_ready()


def test_a_line_that_breaks_before_any_no_is_broken(connect) -> None:
    """The counter-test."""
    _server, smtp = connect("PIPELINING", [(3, "250 OK\r\n"), (0, "")])

    with pytest.raises(LineBroken):
        hand_over(smtp)
