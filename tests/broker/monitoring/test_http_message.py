"""A request is understood or refused, never guessed."""

from http import HTTPStatus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.broker.monitoring.http_message import (
    Answer,
    BadRequest,
    Request,
    format_answer,
    parse_request,
)

HOST = b"\r\nHost: localhost"


@pytest.mark.parametrize(
    ("head", "request_"),
    [
        (b"GET /metrics HTTP/1.1" + HOST, Request("/metrics")),
        (b"GET /metrics?name[]=up HTTP/1.1" + HOST, Request("/metrics")),
        (b"HEAD /livez HTTP/1.1" + HOST, Request("/livez", is_head=True)),
        (b"GET /livez HTTP/1.0", Request("/livez")),
        (b"GET / HTTP/1.1\r\nhost:x\r\nAccept: */*\r\nContent-Length: 0", Request("/")),
    ],
)
def test_plain_request_is_understood(head: bytes, request_: Request) -> None:
    assert parse_request(head) == request_


@pytest.mark.parametrize(
    ("head", "status"),
    [
        (b"", 400),
        (b"GET /metrics", 400),
        (b"GET  /metrics HTTP/1.1" + HOST, 400),
        (b"GET /metrics HTTP/1.1", 400),
        (b"GET /metrics HTTP/1.1" + HOST + HOST, 400),
        (b"GET /metrics HTTP/1.1" + HOST + b"\r\n folded: yes", 400),
        (b"GET /metrics HTTP/1.1" + HOST + b"\nX: y", 400),
        (b"GET /metrics HTTP/1.1" + HOST + b"\r\nX : y", 400),
        (b"GET /metrics HTTP/1.1" + HOST + b"\r\nX: \0", 400),
        (b"GET /metrics HTTP/1.1" + HOST + b"\r\nContent-Length: 5", 400),
        (b"GET /metrics HTTP/1.1" + HOST + b"\r\nTransfer-Encoding: chunked", 400),
        (b"GET http://elsewhere/ HTTP/1.1" + HOST, 400),
        (b"GET * HTTP/1.1" + HOST, 400),
        (b"GET /caf\xc3\xa9 HTTP/1.1" + HOST, 400),
        (b"POST /metrics HTTP/1.1" + HOST, 405),
        (b"GET /metrics HTTP/2.0" + HOST, 505),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
    ],
)
def test_anything_else_is_refused_with_the_status_that_says_why(head: bytes, status: int) -> None:
    with pytest.raises(BadRequest) as refused:
        parse_request(head)
    assert refused.value.answer.status == status


@given(st.binary(max_size=200))
def test_any_bytes_are_understood_or_refused(head: bytes) -> None:
    try:
        request = parse_request(head)
    except BadRequest:
        return
    assert request.path.startswith("/")


def test_answer_tells_its_length_and_that_it_is_the_last() -> None:
    answer = Answer(HTTPStatus.OK, b"yes\n")
    text = format_answer(answer)
    assert text.startswith(b"HTTP/1.1 200 OK\r\n")
    assert text.endswith(b"Connection: close\r\n\r\nyes\n")
    assert b"\r\nContent-Length: 4\r\n" in text
    assert format_answer(answer, is_head=True) == text[:-4]
