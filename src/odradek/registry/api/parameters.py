"""Subjects and versions in paths."""

from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.names import complaint_about, qualify
from odradek.web.routes import Call

LATEST = -1
VERSION_MAX = 2**31 - 1


def subject_of(call: Call) -> str:
    """The qualified subject of the path."""
    return qualify(call.names["subject"])


def new_subject_of(call: Call) -> str:
    """The subject of the path, where a schema is to be registered; raises RegistryError."""
    complaint = complaint_about(call.names["subject"])
    if complaint is not None:
        raise RegistryError(
            ErrorCode.INVALID_SUBJECT, f"Invalid subject {call.names['subject']!r}: {complaint}"
        )
    return subject_of(call)


def scope_of(call: Call) -> str | None:
    """The subject or context whose settings are meant; None is the default context."""
    return qualify(call.names.get("subject", "")) or None


def version_of(call: Call) -> int:
    """The version of the path: a number from 1, `latest` or -1; raises RegistryError."""
    text = call.names["version"]
    if text.lower() == "latest" or text == str(LATEST):
        return LATEST
    if text.isascii() and text.isdigit() and 1 <= int(text[:20]) <= VERSION_MAX:
        return int(text)
    raise RegistryError(
        ErrorCode.INVALID_VERSION,
        f"The specified version '{text}' is not a valid version id: it is a number from 1 to"
        f" {VERSION_MAX}, or latest",
    )
