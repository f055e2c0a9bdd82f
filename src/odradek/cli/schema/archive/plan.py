"""What an import with the ids of its archive has to do, and what is in its way. Pure.

Invariant: a plan against a registry that has everything is empty. So an import that was interrupted
goes on where it was, and one that is done can be proven to be.
"""

from dataclasses import dataclass, field

from odradek.cli.schema.archive.contents import UNSET, Archive, Association, Settings
from odradek.cli.schema.archive.order import registration_order
from odradek.cli.schema.archive.sameness import Sameness
from odradek.clients.schema_registry.administration import Place
from odradek.registry.state.names import context_of


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps, in order."""

    register: list[Place] = field(default_factory=list)
    delete: list[Place] = field(default_factory=list)
    """Softly; what refers to others comes before them."""
    settings: dict[str, Settings] = field(default_factory=dict)
    """By scope: what it has to be."""
    associations: dict[str, tuple[Association, ...]] = field(default_factory=dict)
    """By subject: what it lacks."""
    conflicts: list[str] = field(default_factory=list)
    """Sentences; with any of them nothing may be done."""

    @property
    def is_empty(self) -> bool:
        """Whether the registry has everything."""
        return not (
            self.register or self.delete or self.settings or self.associations or self.conflicts
        )


def plan_import(archive: Archive, target: Archive) -> Plan:
    """What makes the registry have all that the archive has; what else it has stays."""
    wanted, existing = archive.versions, target.versions
    sameness = Sameness(archive)
    owners = {(context_of(each.subject), each.id): each for each in existing.values()}
    plan = Plan(settings=_settings(archive, target), associations=_associations(archive, target))
    order = registration_order(wanted)
    for place in order:
        version, known = wanted[place], existing.get(place)
        owner = owners.get((context_of(version.subject), version.id))
        if known is not None and not (known.id == version.id and sameness(version, known)):
            plan.conflicts.append(
                f"version {version.version} of {version.subject} is another schema there, with the"
                f" id {known.id}"
            )
        elif owner is not None and not sameness(version, owner):
            plan.conflicts.append(
                f"the id {version.id} of {version.subject} version {version.version} is there that"
                f" of {owner.subject} version {owner.version}"
            )
        elif known is None or (target.is_deleted(place) and not archive.is_deleted(place)):
            plan.register.append(place)
    registered = set(plan.register)
    plan.delete.extend(
        place
        for place in reversed(order)
        if archive.is_deleted(place)
        and (place in registered or (place in existing and not target.is_deleted(place)))
    )
    return plan


def _settings(archive: Archive, target: Archive) -> dict[str, Settings]:
    wanted = {each.name: each.settings for each in archive.subjects.values()}
    existing = {each.name: each.settings for each in target.subjects.values()}
    found = {**existing, **target.scopes}
    return {
        scope: settings
        for scope, settings in {**wanted, **archive.scopes}.items()
        if settings != found.get(scope, UNSET)
    }


def _associations(archive: Archive, target: Archive) -> dict[str, tuple[Association, ...]]:
    missing: dict[str, tuple[Association, ...]] = {}
    for name, subject in archive.subjects.items():
        existing = target.subjects[name].associations if name in target.subjects else ()
        wanted = tuple(each for each in subject.associations if each not in existing)
        if wanted:
            missing[name] = wanted
    return missing
