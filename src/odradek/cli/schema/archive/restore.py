"""Carries out the plan of an import, with the ids of the archive."""

from collections.abc import Callable

from odradek.cli.errors import CommandError
from odradek.cli.schema.archive.associations import make_associations
from odradek.cli.schema.archive.contents import Archive
from odradek.cli.schema.archive.modes import ImportModes
from odradek.cli.schema.archive.plan import Plan
from odradek.cli.schema.archive.settings import apply_config, apply_mode
from odradek.clients.errors import RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration, StoredVersion

Watch = Callable[[int], None]
"""Told how many versions are done."""


def restore(
    client: RegistryAdministration, archive: Archive, target: Archive, plan: Plan, watch: Watch
) -> None:
    """Register, delete, set and associate what is missing; modes last, for they could be in the
    way."""
    versions = archive.versions
    with ImportModes(client, archive, target) as modes:
        for done, place in enumerate(plan.register):
            modes.enter(place[0])
            _register(client, versions[place])
            watch(done + 1)
        for place in plan.delete:
            modes.enter(place[0])
            client.delete_version(*place)
        for scope, settings in plan.settings.items():
            modes.unlock(scope)
            apply_config(client, scope, settings.config)
        make_associations(client, plan.associations)
    for scope, settings in plan.settings.items():
        if scope not in modes.entered and client.mode(scope) != settings.mode:
            apply_mode(client, scope, settings.mode)


def _register(client: RegistryAdministration, version: StoredVersion) -> None:
    body = {**version.body(), "id": version.id, "version": version.version}
    try:
        client.register(version.subject, body)
    except RegistryRefused as refused:
        raise CommandError(
            f"version {version.version} of {version.subject} was refused: {refused.said}"
            f" ({refused.error_code}); what came before it is imported"
        ) from refused
