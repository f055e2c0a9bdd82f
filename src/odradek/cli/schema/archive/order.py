"""Every version after what it refers to, and after the earlier versions of its subject."""

from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter

from odradek.cli.errors import CommandError
from odradek.clients.schema_registry import StoredVersion
from odradek.clients.schema_registry.administration import Place
from odradek.registry.state.names import qualify_within


def registration_order(versions: Mapping[Place, StoredVersion]) -> list[Place]:
    """In which order the versions can be registered; what they lack is not looked at.

    Smaller ids come first where references leave a choice, for so they came to be. CommandError
    where versions refer to each other in a circle.
    """
    latest: dict[str, Place] = {}
    sorter: TopologicalSorter[Place] = TopologicalSorter()
    for place in sorted(versions):
        before = {latest[place[0]]} if place[0] in latest else set()
        sorter.add(
            place, *before, *(each for each in needs_of(versions[place]) if each in versions)
        )
        latest[place[0]] = place
    try:
        sorter.prepare()
    except CycleError as error:
        circle = " to ".join(f"{subject} version {version}" for subject, version in error.args[1])
        raise CommandError(f"the versions refer to each other in a circle: {circle}") from error
    order: list[Place] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda place: (versions[place].id, place))
        order += ready
        sorter.done(*ready)
    return order


def needs_of(version: StoredVersion) -> list[Place]:
    """The versions that a version refers to."""
    return [
        (qualify_within(version.subject, each.subject), each.version)
        for each in version.schema.references
    ]
