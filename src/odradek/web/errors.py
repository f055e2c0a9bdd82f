"""Errors of an HTTP API: the body is exactly `{"error_code", "message"}`, as Kafka's REST APIs have
it."""

from collections.abc import Sequence

import msgspec


class HttpError(Exception):
    """A request that is refused; `message` is one sentence for whoever sent it."""

    headers: Sequence[tuple[bytes, bytes]] = ()
    """What the answer's header says besides."""

    def __init__(self, status: int, error_code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.error_code = error_code
        self.message = message

    @property
    def body(self) -> bytes:
        return msgspec.json.encode({"error_code": self.error_code, "message": self.message})


def bad_request(message: str) -> HttpError:
    return HttpError(400, 400, message)


def unauthorized(reason: str, ways: Sequence[str]) -> HttpError:
    """Asks for credentials; `ways` are the schemes of `Authorization` that are known here."""
    error = HttpError(401, 401, f"Unauthorized: {reason}")
    error.headers = [(b"www-authenticate", f'{way} realm="odradek"'.encode()) for way in ways]
    return error


def not_found() -> HttpError:
    return HttpError(404, 404, "HTTP 404 Not Found")


def method_not_allowed(methods: Sequence[str]) -> HttpError:
    """Of a path that is known; `methods` are those it can be asked with."""
    allowed = ", ".join(methods)
    error = HttpError(405, 405, f"HTTP 405 Method Not Allowed: this path has {allowed}")
    error.headers = [(b"allow", allowed.encode())]
    return error


def not_acceptable(served: str) -> HttpError:
    return HttpError(406, 406, f"HTTP 406 Not Acceptable: answers are {served}")


def body_too_large(most_bytes: int) -> HttpError:
    return HttpError(413, 413, f"The body is larger than {most_bytes} bytes")


def unsupported_media_type(media_type: str, read: str) -> HttpError:
    return HttpError(
        415, 415, f"HTTP 415 Unsupported Media Type: {media_type!r} is not read, only {read}"
    )


def service_unavailable(reason: str) -> HttpError:
    return HttpError(503, 503, f"Service Unavailable: {reason}; try again soon")


def internal_error() -> HttpError:
    return HttpError(500, 500, "Internal Server Error: the server's log says more")
