"""The socket that an HTTP server listens on."""

import socket
from contextlib import closing

import pytest

from odradek.web.server import listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_connections_do_not_hold_the_body_of_an_answer_back(host: str) -> None:
    with (
        closing(listen(host, 0)) as listening,
        socket.create_connection(listening.getsockname()[:2]),
    ):
        listening.setblocking(True)
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
