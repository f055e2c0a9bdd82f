"""A registry as an archive: what is exported, and what an import finds."""

from collections.abc import Collection
from itertools import groupby

from odradek.cli.schema.archive.associations import read_associations
from odradek.cli.schema.archive.contents import (
    EVERY_CONTEXT,
    UNSET,
    Archive,
    ArchivedSubject,
    Settings,
    settings_of,
)
from odradek.cli.schema.connection import RegistryConnection
from odradek.cli.schema.questions import ask_about_each
from odradek.clients.schema_registry import RegistryAdministration
from odradek.registry.state.names import context_key

UNTOUCHED_CONFIGS = (None, {"compatibilityLevel": "BACKWARD"})
UNTOUCHED_MODES = (None, "READWRITE")
"""What registries answer of all contexts together where nobody has set anything for them."""


def read_registry(
    registry: RegistryConnection,
    client: RegistryAdministration,
    *,
    also: Collection[str] = (),
) -> Archive:
    """Everything; also the settings of subjects that may have no versions."""
    every, live = client.census()
    scopes = _scopes(client)
    by_subject = {
        name: tuple(versions) for name, versions in groupby(every, lambda each: each.subject)
    }
    is_lesser = not client.contexts()
    associations = {} if is_lesser else read_associations(client)
    ask = _settings_of_lesser if is_lesser else settings_of
    # Karapace lists subjects too that have settings and no versions.
    names = {*by_subject, *client.subjects(deleted=True), *also}
    settings = ask_about_each(registry, sorted(names), ask)
    subjects = {
        name: ArchivedSubject(
            name,
            versions,
            frozenset(each.version for each in versions if each.place not in live),
            settings[name],
            associations.get(name, ()),
        )
        for name, versions in by_subject.items()
    }
    others = {
        name: each for name, each in settings.items() if name not in subjects and each != UNSET
    }
    return Archive(subjects, {**others, **scopes})


def _settings_of_lesser(client: RegistryAdministration, subject: str) -> Settings:
    """Karapace says READWRITE of every subject, though no mode can be set there."""
    found = settings_of(client, subject)
    return Settings(found.config, None if found.mode in UNTOUCHED_MODES else found.mode)


def _scopes(client: RegistryAdministration) -> dict[str, Settings]:
    """The settings of the registry and its contexts, also where there are none."""
    contexts = [key for each in client.contexts() if (key := context_key(each)) is not None]
    scopes = {each: settings_of(client, each) for each in ("", *contexts)}
    shared = settings_of(client, EVERY_CONTEXT)
    if shared.config not in UNTOUCHED_CONFIGS or shared.mode not in UNTOUCHED_MODES:
        scopes[EVERY_CONTEXT] = shared
    return scopes
