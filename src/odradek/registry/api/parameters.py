"""Subjects and versions in paths, and whether the caller may do with them what the request asks.

Invariant: a handler has no other way to the subject of its path than one that asks for permission.
"""

import re

from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.permissions import Action
from odradek.registry.state.index import LATEST
from odradek.registry.state.names import complaint_about, is_context, qualify, qualify_within
from odradek.web.routes import Call

VERSION_MAX = 2**31 - 1
DIGITS_MAX = 20
NUMBER = re.compile(rf"[+-]?[0-9]{{1,{DIGITS_MAX}}}")


def subject_of(call: Call, action: Action) -> str:
    """The qualified subject of the path; raises RegistryError where the caller may not."""
    subject = qualify(call.names["subject"])
    call.caller.require(action, subject)
    return subject


def new_subject_of(call: Call) -> str:
    """The subject of the path, where a schema is to be registered; raises RegistryError."""
    _check_name(call.names["subject"])
    return subject_of(call, Action.WRITE)


def scope_of(call: Call, action: Action) -> str | None:
    """The subject or context whose settings are meant; None is the default context."""
    scope = qualify(call.names.get("subject", "")) or None
    call.caller.require(action, scope)
    return scope


def new_scope_of(call: Call) -> str | None:
    """The subject or context whose settings are to change; raises RegistryError."""
    scope = scope_of(call, Action.CONFIGURE)
    if not is_context(scope):
        _check_name(call.names["subject"], is_setting=True)
    return scope


def check_references(call: Call, subject: str) -> None:
    """Raise RegistryError where the schema in the body refers to what its sender may not read."""
    for reference in call.body.references or ():
        if reference.subject is not None:
            call.caller.require(Action.READ, qualify_within(subject, reference.subject))


def number_of(text: str) -> int | None:
    """A whole number of a path; None for what is none, or longer than any that is in use."""
    return int(text) if NUMBER.fullmatch(text) else None


def version_of(call: Call) -> int:
    """The version of the path: a number from 1, `latest` or -1; raises RegistryError."""
    text = call.names["version"].strip()
    number = LATEST if text.lower() == "latest" else number_of(text)
    if number is not None and (number == LATEST or 1 <= number <= VERSION_MAX):
        return number
    raise RegistryError(
        ErrorCode.INVALID_VERSION,
        f"The specified version '{text}' is not a valid version id. Allowed values are between"
        ' [1, 2^31-1] and the string "latest"',
    )


def _check_name(text: str, *, is_setting: bool = False) -> None:
    complaint = complaint_about(text, is_setting=is_setting)
    if complaint is not None:
        raise RegistryError(ErrorCode.INVALID_SUBJECT, f"Invalid subject {text!r}: {complaint}")
