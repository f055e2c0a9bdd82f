"""One question about each of many subjects, over several connections at once.

Registries have no request that tells the settings of all subjects, and one after the other they
would take as long as the network does each time.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from queue import SimpleQueue
from typing import TypeVar

from odradek.cli.progress import show_progress
from odradek.cli.schema.connection import RegistryConnection
from odradek.clients.schema_registry import RegistryAdministration

CONNECTIONS = 16
"""Enough to hide a network, too few to trouble a registry."""

Answer = TypeVar("Answer")


def ask_about_each(
    registry: RegistryConnection,
    subjects: Sequence[str],
    question: Callable[[RegistryAdministration, str], Answer],
) -> dict[str, Answer]:
    """The answers by subject; the first error ends it."""
    answers: dict[str, Answer] = {}
    idle: SimpleQueue[RegistryAdministration] = SimpleQueue()

    def ask(subject: str) -> Answer:
        client = idle.get()
        try:
            return question(client, subject)
        finally:
            idle.put(client)

    with (
        ExitStack() as connections,
        ThreadPoolExecutor(CONNECTIONS, "schema registry") as pool,
        show_progress("settings", total=len(subjects)) as progress,
    ):
        for _ in subjects[:CONNECTIONS]:
            idle.put(connections.enter_context(closing(registry.connect())))
        for subject, answer in zip(subjects, pool.map(ask, subjects), strict=True):
            answers[subject] = answer
            progress.update(records=len(answers), position=len(answers))
    return answers
