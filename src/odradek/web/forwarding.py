"""A request passed on to another instance, and its answer passed back.

In a thread, with the standard library: only writes on an instance that does not write come here.
"""

import asyncio
import http.client
import ssl
from urllib.parse import urlsplit

from odradek.web.answer import Answer
from odradek.web.request import Request

TIMEOUT_S = 15.0
PASSED_ON = (b"accept", b"content-type", b"authorization", b"confluent-accept-unknown-properties")
PASSED_BACK = (b"www-authenticate", b"retry-after")
"""What tells the client how to try again; all else of a header is of one connection, or in the
answer."""
FORWARDED = "X-Forward"


class InstanceUnreachable(Exception):
    """The other instance did not answer; it may have done what was asked, or not."""


def is_forwarded(request: Request) -> bool:
    """Whether another instance passed this request on."""
    return request.header(FORWARDED.lower().encode()) is not None


class Forwarder:
    """Passes requests on, with the credentials they came with; the other instance judges them.

    Of an instance with HTTPS, a certificate is trusted that one in `ca_file` signed, or without it
    one of the system's.
    """

    def __init__(self, ca_file: str | None = None) -> None:
        """Raises OSError for a file that cannot be used."""
        self._tls = ssl.create_default_context(cafile=ca_file)

    async def forward(self, request: Request, body: bytes, address: str) -> Answer:
        """What the instance at `address` answers; raises InstanceUnreachable."""
        query = request.scope["query_string"].decode("latin-1")
        target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        headers = {FORWARDED: "true"}
        for name in PASSED_ON:
            value = request.header(name)
            if value is not None:
                headers[name.decode()] = value
        asked = (request.method, target, body, headers)
        try:
            return await asyncio.to_thread(self._ask, address, *asked)
        except (OSError, http.client.HTTPException) as error:
            raise InstanceUnreachable(f"{address} does not answer: {error!r}") from error

    def _ask(
        self, address: str, method: str, target: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        url = urlsplit(address)
        host, port = url.hostname or "", url.port
        connection: http.client.HTTPConnection
        if url.scheme == "https":
            connection = http.client.HTTPSConnection(
                host, port, timeout=TIMEOUT_S, context=self._tls
            )
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
            return Answer(
                response.read(),
                response.status,
                response.getheader("content-type"),
                [
                    (name, value.encode("latin-1"))
                    for name in PASSED_BACK
                    for value in response.headers.get_all(name.decode(), ())
                ],
            )
        finally:
            connection.close()
