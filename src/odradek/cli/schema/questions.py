"""One question about each of many subjects, over several connections at once.

Registries have no request that tells the settings of all subjects, and one after the other they
would take as long as the network does each time.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

from odradek.cli.progress import show_progress
from odradek.cli.schema.connection import RegistryConnection
from odradek.clients.schema_registry import RegistryAdministration

CONNECTIONS = 4
"""Enough to hide a network, too few to trouble a registry."""
BATCH = 25
"""Subjects that one connection asks about before it takes on others."""

Answer = TypeVar("Answer")


def ask_about_each(
    registry: RegistryConnection,
    subjects: Sequence[str],
    question: Callable[[RegistryAdministration, str], Answer],
) -> dict[str, Answer]:
    """The answers by subject; the first error ends it."""
    batches = [subjects[start : start + BATCH] for start in range(0, len(subjects), BATCH)]
    answers: dict[str, Answer] = {}

    def ask(batch: Sequence[str]) -> dict[str, Answer]:
        with closing(registry.connect()) as client:
            return {subject: question(client, subject) for subject in batch}

    with (
        ThreadPoolExecutor(CONNECTIONS, "schema registry") as pool,
        show_progress("settings", total=len(subjects)) as progress,
    ):
        for batch in pool.map(ask, batches):
            answers |= batch
            progress.update(records=len(answers), position=len(answers))
    return answers
