"""What an archive holds: a registry's subjects and settings, as values.

Settings have the names of the REST API. An empty scope is the registry itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from odradek.clients.schema_registry import RegistryAdministration, StoredVersion
from odradek.clients.schema_registry.administration import LEVEL, Place
from odradek.registry.state.names import GLOBAL_CONTEXT, context_key, context_of, is_context

Config = Mapping[str, Any]
EVERY_CONTEXT = f":{GLOBAL_CONTEXT}:"


@dataclass(frozen=True, slots=True)
class Settings:
    """What is set for one scope itself; None for what is not."""

    config: Config | None = None
    mode: str | None = None


UNSET = Settings()


@dataclass(frozen=True, slots=True)
class Association:
    """That a subject has the schemas of a resource, of a topic's keys or values for example."""

    resource_name: str
    resource_namespace: str
    resource_id: str
    resource_type: str
    association_type: str
    lifecycle: str
    frozen: bool = False


@dataclass(frozen=True, slots=True)
class ArchivedSubject:
    """A subject with all its versions, oldest first."""

    name: str
    versions: tuple[StoredVersion, ...]
    deleted: frozenset[int] = frozenset()
    """The numbers of those that are deleted softly."""
    settings: Settings = UNSET
    associations: tuple[Association, ...] = ()

    @property
    def is_live(self) -> bool:
        """Whether any version is not deleted."""
        return any(each.version not in self.deleted for each in self.versions)


@dataclass(frozen=True, slots=True)
class Archive:
    """A registry: its subjects by name, and the settings of scopes that are no subjects."""

    subjects: Mapping[str, ArchivedSubject] = field(default_factory=dict)
    scopes: Mapping[str, Settings] = field(default_factory=dict)

    @property
    def versions(self) -> dict[Place, StoredVersion]:
        """All versions of all subjects."""
        return {
            version.place: version
            for subject in self.subjects.values()
            for version in subject.versions
        }

    @property
    def names(self) -> set[str]:
        """All subjects, also those of which there are only settings."""
        return {*self.subjects, *(each for each in self.scopes if not is_context(each))}

    def is_deleted(self, place: Place) -> bool:
        """Whether a version is deleted softly."""
        return place[1] in self.subjects[place[0]].deleted

    def applying_config(self, subject: ArchivedSubject) -> Config:
        """What is configured for a subject: its own, completed from wider scopes."""
        scopes = [context_key(context_of(subject.name)) or "", EVERY_CONTEXT, ""]
        configs = [self.scopes[each].config or {} for each in scopes if each in self.scopes]
        own = subject.settings.config or {}
        level = next((each[LEVEL] for each in (own, *configs) if each.get(LEVEL)), None)
        return {**(configs[0] if configs else {}), **own, LEVEL: level}


def settings_of(client: RegistryAdministration, scope: str) -> Settings:
    """What a registry has set for a scope itself."""
    return Settings(client.config(scope), client.mode(scope))
