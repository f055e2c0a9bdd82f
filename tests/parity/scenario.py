"""What a scenario is: a script that talks to one broker, and the differences it may show.

    @scenario(ApiKey.LIST_OFFSETS, Differs("of time 5", "topics[0].partitions[0].offset", "..."))
    def offsets_by_time(talk: Talk) -> None:
        talk.ask("latest", list_offsets(READ, -1))
        talk.ask("of time 5", list_offsets(READ, 5))

The script runs once for each version that we serve of the API it is about, on our broker and on
Apache's; every other API it needs is asked in its highest version. A script that yields is about a
restart, and runs once: what stands before the `yield` runs, both brokers stop cleanly and start on
what they left, and the rest runs.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from odradek.broker.apis import SERVED
from odradek.protocol.api_keys import ApiKey
from tests.parity.comparison import Difference, matches
from tests.parity.talk import Talk

Script = Callable[[Talk], Iterator[None] | None]


@dataclass(frozen=True, slots=True)
class Differs:
    """Fields in which we may differ from Apache, and the declared reason.

    `step` is a step's name, `path` a field's path, `apache` and `ours` are values; in all of them
    `*` stands for anything. `because` is the beginning of a line of docs/reference/differences.md.
    """

    step: str
    path: str
    because: str
    apache: str = "*"
    ours: str = "*"

    def covers(self, found: Difference) -> bool:
        return all(
            matches(pattern, text)
            for pattern, text in (
                (self.step, found.step),
                (self.path, found.path),
                (self.apache, found.apache),
                (self.ours, found.ours),
            )
        )


EVERYWHERE = (
    Differs("*", "*error_message", "An error is explained", "None", "'<words>'"),
    Differs("*", "*error_message", "An error is explained", "''", "'<words>'"),
)
"""What every scenario may show."""


@dataclass(frozen=True, slots=True)
class Scenario:
    """A script with its name, the API it is about, and the versions it runs at."""

    name: str
    api: ApiKey
    script: Script
    versions: tuple[int, ...]
    differs: tuple[Differs, ...]

    @property
    def is_about_a_restart(self) -> bool:
        return inspect.isgeneratorfunction(self.script)


def scenario(
    api: ApiKey, *differs: Differs, since: int = 0, until: int = 1_000
) -> Callable[[Script], Scenario]:
    """Make a scenario of a script; `since` and `until` are its first and last version."""
    versions = [version for version in served_versions(api) if since <= version <= until]

    def declare(script: Script) -> Scenario:
        name = script.__name__.replace("_", " ")
        asked = versions[-1:] if inspect.isgeneratorfunction(script) else versions
        return Scenario(name, api, script, tuple(asked), differs)

    return declare


def served_versions(api: ApiKey) -> list[int]:
    """The versions in which our broker answers an API, ascending."""
    served = SERVED[api]
    advertised = range(served.versions.lowest, served.versions.highest + 1)
    return [version for version in advertised if served.request_type.versions.includes(version)]


def scenarios_in(modules: Iterable[ModuleType]) -> list[Scenario]:
    """The scenarios of the modules, in the order in which they stand there."""
    found = [value for module in modules for value in vars(module).values()]
    return [value for value in found if isinstance(value, Scenario)]
