"""As much of HTTP/1.1 as a monitoring port needs: a GET or HEAD without a body, and one answer.

Strict on purpose (RFC 9112): what is not plainly right is refused with the status that says why,
and nothing is guessed. The connection ends with the answer.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus

import msgspec

END_OF_HEAD = b"\r\n\r\n"
PLAIN_TEXT = "text/plain; charset=utf-8"

_REQUEST_LINE = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e]+) HTTP/(\d)\.(\d)"
).fullmatch
_HEADER = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*)").fullmatch


class Request(msgspec.Struct, frozen=True):
    """What is asked for; `path` without the query."""

    path: str
    is_head: bool = False


class Answer(msgspec.Struct, frozen=True):
    """What is answered."""

    status: HTTPStatus
    body: bytes
    content_type: str = PLAIN_TEXT


class BadRequest(Exception):
    """A request that is not served, whatever it asks for."""

    def __init__(self, status: HTTPStatus, sentence: str) -> None:
        super().__init__(sentence)
        self.answer = Answer(status, f"{sentence}\n".encode())


def parse_request(head: bytes) -> Request:
    """Read a request without the empty line that ends it; raises BadRequest."""
    first, *lines = head.split(b"\r\n")
    line = _REQUEST_LINE(first)
    if line is None:
        raise BadRequest(HTTPStatus.BAD_REQUEST, "the request line is malformed")
    method, target, major, minor = line.groups()
    if major != b"1":
        raise BadRequest(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, "HTTP/1.1 is spoken here")
    _check_headers(lines, needs_host=minor != b"0")
    if method not in (b"GET", b"HEAD"):
        raise BadRequest(HTTPStatus.METHOD_NOT_ALLOWED, "only GET and HEAD are served")
    if not target.startswith(b"/"):
        raise BadRequest(HTTPStatus.BAD_REQUEST, "the target must be a path")
    return Request(str(target.partition(b"?")[0], "ascii"), is_head=method == b"HEAD")


def format_answer(answer: Answer, *, is_head: bool = False) -> bytes:
    """The bytes of an answer, after which the connection is closed."""
    headers = [
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.body)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    if answer.status is HTTPStatus.METHOD_NOT_ALLOWED:
        headers.append("Allow: GET, HEAD")
    head = "\r\n".join(headers).encode("ascii") + END_OF_HEAD
    return head if is_head else head + answer.body


def _check_headers(lines: Iterable[bytes], *, needs_host: bool) -> None:
    hosts = 0
    for line in lines:
        header = _HEADER(line)
        if header is None:
            raise BadRequest(HTTPStatus.BAD_REQUEST, "a header is malformed")
        name, value = header[1].lower(), header[2].strip()
        hosts += name == b"host"
        if name == b"transfer-encoding" or (name == b"content-length" and value != b"0"):
            raise BadRequest(HTTPStatus.BAD_REQUEST, "a request here has no body")
    if hosts > 1 or (needs_host and not hosts):
        raise BadRequest(HTTPStatus.BAD_REQUEST, "exactly one Host header is needed")
