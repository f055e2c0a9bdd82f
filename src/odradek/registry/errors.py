"""Every error of the REST API: its number, its HTTP status, and what was wrong.

Clients look at the numbers, and a few of them at the words with which a message begins; those words
are kept. The body is exactly `{"error_code", "message"}`: one field more breaks Java clients.

Differs from Kafka: Every error is JSON and says so: Confluent's has no media type where nothing is
routed, and what Jetty refuses is a page of HTML.

Differs from Kafka: What is wrong is refused with 4xx, also where Confluent fails with 500.
"""

from enum import IntEnum

from odradek.web.errors import HttpError

DIGITS_OF_A_STATUS = 3


class ErrorCode(IntEnum):
    """Confluent's numbers; the first three digits are the HTTP status, but for 50001."""

    # Differs from Kafka: Confluent answers 40901 from 8.4 on; its own Python client's tests,
    # Karapace and every release before ask for the bare status.
    INCOMPATIBLE_SCHEMA = 409
    UNPROCESSABLE = 422
    """The body is no JSON of the expected shape."""

    DENIED = 40301
    """The caller is known, and may not do it."""

    SUBJECT_NOT_FOUND = 40401
    VERSION_NOT_FOUND = 40402
    SCHEMA_NOT_FOUND = 40403
    SUBJECT_SOFT_DELETED = 40404
    SUBJECT_NOT_SOFT_DELETED = 40405
    VERSION_SOFT_DELETED = 40406
    VERSION_NOT_SOFT_DELETED = 40407
    COMPATIBILITY_NOT_CONFIGURED = 40408
    MODE_NOT_CONFIGURED = 40409
    ASSOCIATION_NOT_FOUND = 40410

    TOO_MANY_ASSOCIATIONS = 40902
    ASSOCIATION_FOR_RESOURCE_EXISTS = 40903
    ASSOCIATION_FOR_SUBJECT_EXISTS = 40904
    STRONG_ASSOCIATION_EXISTS = 40905
    NO_ACTIVE_VERSION = 40907
    ASSOCIATION_FROZEN = 40908

    INVALID_SCHEMA = 42201
    INVALID_VERSION = 42202
    INVALID_COMPATIBILITY_LEVEL = 42203
    INVALID_MODE = 42204
    OPERATION_NOT_PERMITTED = 42205
    REFERENCE_EXISTS = 42206
    ID_DOES_NOT_MATCH = 42207
    INVALID_SUBJECT = 42208
    SCHEMA_TOO_LARGE = 42209
    INVALID_RULE_SET = 42210
    CONTEXT_NOT_EMPTY = 42211
    INVALID_ASSOCIATION = 42212

    STORE = 50001
    TIMEOUT = 50002
    FORWARDING_FAILED = 50003
    UNKNOWN_WRITER = 50004

    @property
    def status(self) -> int:
        """The HTTP status; a store that cannot be reached is worth another try later."""
        if self is ErrorCode.STORE:
            return 503
        return int(str(self.value)[:DIGITS_OF_A_STATUS])


class RegistryError(HttpError):
    """A request that is refused; the message is one sentence for the client's user."""

    def __init__(self, code: ErrorCode, message: str) -> None:
        super().__init__(code.status, code.value, message)
        self.code = code


class StartupError(Exception):
    """The registry cannot start; the message is one sentence for its operator."""


def subject_not_found(subject: str) -> RegistryError:
    return RegistryError(ErrorCode.SUBJECT_NOT_FOUND, f"Subject '{subject}' not found.")


def version_not_found(version: int) -> RegistryError:
    return RegistryError(ErrorCode.VERSION_NOT_FOUND, f"Version {version} not found.")


def schema_not_found(which: int | str | None = None) -> RegistryError:
    named = "" if which is None else f"{which} "
    return RegistryError(ErrorCode.SCHEMA_NOT_FOUND, f"Schema {named}not found")


def invalid_schema(reason: str) -> RegistryError:
    return RegistryError(ErrorCode.INVALID_SCHEMA, f"Invalid schema: {reason}")


def not_permitted(reason: str) -> RegistryError:
    return RegistryError(ErrorCode.OPERATION_NOT_PERMITTED, reason)
