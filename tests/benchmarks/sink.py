"""A mail server that takes everything and keeps nothing: `python -m tests.benchmarks.sink FILE_DESCRIPTOR`."""

import asyncio
import socket
import sys

ANSWERS = {b"EHLO": b"250-sink\r\n250 PIPELINING\r\n", b"DATA": b"354 Go on\r\n", b"QUIT": b"221 Bye\r\n"}


class Sink(asyncio.Protocol):
    """As much SMTP as a client needs to hand mails over one connection."""

    def __init__(self) -> None:
        self.buffer = b""
        self.takes_data = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := b"\r\n.\r\n" if self.takes_data else b"\r\n") in self.buffer:
            line, _, self.buffer = self.buffer.partition(end)
            if self.takes_data:
                self.takes_data = False
                self.transport.write(b"250 Taken\r\n")
            else:
                command = line[:4].upper()
                self.takes_data = command == b"DATA"
                self.transport.write(ANSWERS.get(command, b"250 OK\r\n"))


async def main() -> None:
    """Listen on the socket that the parent has opened."""
    listener = socket.socket(fileno=int(sys.argv[1]))
    server = await asyncio.get_running_loop().create_server(Sink, sock=listener)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
