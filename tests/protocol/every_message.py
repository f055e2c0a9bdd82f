"""Every message class the package declares, and every version of each."""

import importlib
import pkgutil
from collections.abc import Iterator

from odradek.protocol import messages, stored_records
from odradek.protocol.declaration import Message


def _declared(parent: type[Message]) -> Iterator[type[Message]]:
    for child in parent.__subclasses__():
        if child.__module__.startswith("odradek.") and "versions" in vars(child):
            yield child
        yield from _declared(child)


for package in (messages, stored_records):
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"{package.__name__}.{module.name}")

EVERY_MESSAGE = sorted(_declared(Message), key=lambda message: message.__name__)

EVERY_VERSION = [
    (message, version)
    for message in EVERY_MESSAGE
    for version in range(message.versions.lowest, message.versions.highest + 1)
]


def label(value: object) -> str:
    """How a message class or a version is shown in a test's name."""
    return value.__name__ if isinstance(value, type) else f"v{value}"
