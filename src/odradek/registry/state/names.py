"""Subjects and contexts, as texts of the REST API: `orders-value`, `:.staging:orders-value`.

A context is a name space with ids of its own. Invariant: everywhere but at the API's edge a subject
is qualified, which is one text for each subject: `:.:orders` is `orders`, for the default context
is left out.

Differs from Kafka: A schema is registered only under a subject with a name: Confluent also takes a
context for a subject, which then answers for all subjects of the context.
"""

import unicodedata
from typing import NamedTuple

DEFAULT_CONTEXT = "."
GLOBAL_CONTEXT = ".__GLOBAL"
"""Holds what applies to every context, but no subjects."""
RESERVED_NAMES = frozenset({"__GLOBAL", "__EMPTY"})
WILDCARD = "*"

_PREFIX = ":."
_EVERY_CONTEXT = ":*:"


class SubjectName(NamedTuple):
    """A subject's context and its name within; an empty name means the context itself."""

    context: str
    name: str

    @property
    def qualified(self) -> str:
        if self.context == DEFAULT_CONTEXT:
            return self.name
        return f":{self.context}:{self.name}"


def parse_subject(text: str) -> SubjectName:
    """Read a subject as clients write it."""
    if text.startswith(_EVERY_CONTEXT):
        return SubjectName(WILDCARD, text.removeprefix(_EVERY_CONTEXT))
    if not text.startswith(_PREFIX):
        return SubjectName(DEFAULT_CONTEXT, text)
    context, _, name = text[1:].partition(":")
    return SubjectName(context, name)


def qualify(text: str) -> str:
    """The one text of a subject."""
    return parse_subject(text).qualified


def qualify_within(parent: str, text: str) -> str:
    """A subject that `parent` refers to: in the same context, unless it names one.

    Differs from Kafka: `:.:name` is a subject of the default context also where it is referred to
    from another; Confluent finds no way out of a context into the default one.
    """
    if text.startswith(_PREFIX):
        return qualify(text)
    return SubjectName(context_of(parent), text).qualified


def context_of(subject: str) -> str:
    """The context of a qualified subject."""
    return parse_subject(subject).context


def context_key(context: str) -> str | None:
    """Under which subject a context's own config and mode lie: null for the default one."""
    return None if context == DEFAULT_CONTEXT else f":{context}:"


def context_named(text: str) -> str:
    """A context as clients write it: `.staging`, `staging`, `:.staging:`."""
    name = text.strip(":")
    return name if name.startswith(".") else f".{name}"


def is_context(subject: str | None) -> bool:
    """Whether this names a whole context; null is the default one."""
    return subject is None or parse_subject(subject).name == ""


def matches_prefix(subject: str, prefix: SubjectName) -> bool:
    """Whether a qualified subject begins as the prefix says, in its context or in any."""
    context, name = parse_subject(subject)
    return prefix.context in (WILDCARD, context) and name.startswith(prefix.name)


def complaint_about(text: str, *, is_setting: bool = False) -> str | None:
    """Why no schema can be registered under this subject, or nothing set; None when it can."""
    context, name = parse_subject(text)
    if not name:
        return "it is empty"
    if context == WILDCARD:
        return "it is in every context"
    if any(unicodedata.category(character) == "Cc" for character in text):
        return "it has a control character"
    if name in RESERVED_NAMES or (context == GLOBAL_CONTEXT and not is_setting):
        return "this name is reserved"
    return None
