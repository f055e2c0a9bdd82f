"""Answers as plain values in which two registries can agree.

Times and made-up ids are masked, and so are the words of messages, which are each registry's own;
whether there are any is compared.
"""

from typing import Any

WORDS = "<words>"
MASKED = {
    "message": WORDS,
    "ts": "<time>",
    "createTs": "<time>",
    "updateTs": "<time>",
    "kafka-cluster": "<id>",
    "schema-registry-cluster": "<id>",
    "commitId": "<words>",
}
MADE_UP = "resourceName"
"""What has this field has a GUID that is made up, and not one that follows from a text."""


def mask(value: Any) -> Any:
    """The value of an answer, masked."""
    if isinstance(value, list):
        return [mask(each) for each in value]
    if not isinstance(value, dict):
        return value
    masked = {name: _field(name, each) for name, each in value.items()}
    if MADE_UP in masked and "guid" in masked:
        masked["guid"] = "<id>"
    if set(masked) == {"version", "commitId"}:
        masked["version"] = WORDS
    return masked


def _field(name: str, value: Any) -> Any:
    if name in MASKED and isinstance(value, str | int):
        return MASKED[name]
    if name == "messages" and value:
        return [WORDS]
    return mask(value)
