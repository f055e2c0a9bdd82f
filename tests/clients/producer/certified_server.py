"""A TLS server whose certificate is for localhost, and good since 2020 until a day of choice."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FROM, LONG_AGO, FAR_AHEAD = "20200101000000Z", "20200201000000Z", "20991231000000Z"
AUTHORITY = """\
[ca]
default_ca = own
[own]
database = index
new_certs_dir = .
serial = serial
default_md = sha256
policy = anything
[anything]
commonName = supplied
"""
KEY = "req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=localhost"
REQUEST = f"{KEY} -keyout key.pem -out request.pem"
SIGNING = "ca -batch -config authority.cnf -selfsign -keyfile key.pem -in request.pem -notext"
CERTIFICATE = f"{SIGNING} -out server.pem -startdate {FROM} -enddate "


@contextmanager
def certified_server(openssl: str, directory: Path, until: str) -> Iterator[int]:
    """The server's port, for the length of the block; its certificate is `server.pem`."""
    _make_certificate(openssl, directory, until)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(directory / "server.pem", directory / "key.pem")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_shake_hands, args=(listener, context))
        thread.start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
        thread.join()


def _make_certificate(openssl: str, directory: Path, until: str) -> None:
    (directory / "authority.cnf").write_text(AUTHORITY)
    (directory / "index").write_text("")
    (directory / "serial").write_text("01\n")
    for arguments in (REQUEST, CERTIFICATE + until):
        command = [openssl, *arguments.split()]
        subprocess.run(command, cwd=directory, check=True, capture_output=True)


def _shake_hands(listener: socket.socket, context: ssl.SSLContext) -> None:
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, suppress(OSError):
            context.wrap_socket(client, server_side=True).close()
