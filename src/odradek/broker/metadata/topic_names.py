"""Which topic names are legal, and which two cannot live side by side.

A name becomes part of a directory name (`<topic>-<partition>`), hence the alphabet and the length.
Metric names turn dots into underscores, so `a.b` and `a_b` collide.
"""

import re

MAX_NAME_LENGTH = 249
_LEGAL = re.compile(r"[a-zA-Z0-9._-]+")

OFFSETS_TOPIC = "__consumer_offsets"
TRANSACTIONS_TOPIC = "__transaction_state"
INTERNAL_TOPICS = frozenset({OFFSETS_TOPIC, TRANSACTIONS_TOPIC})
METADATA_TOPIC = "__cluster_metadata"


def find_fault(name: str) -> str | None:
    """Return one sentence on what is wrong with a topic name, or None for a legal one."""
    if not name:
        return "A topic name cannot be empty."
    if name in {".", ".."}:
        return f"A topic cannot be named {name!r}."
    if len(name) > MAX_NAME_LENGTH:
        return f"A topic name has at most {MAX_NAME_LENGTH} characters, this one has {len(name)}."
    if not _LEGAL.fullmatch(name):
        return (
            f"Topic name {name!r} is illegal: it may hold only ASCII letters, digits, "
            "'.', '_' and '-'."
        )
    return None


def collision_key(name: str) -> str:
    """Names with an equal key cannot both exist."""
    return name.replace(".", "_")
