"""Who may do what with which subjects: the rules of the permissions file.

    [[allow]]
    user = "anna"                      # or ["anna", "boris"]; "*" is every user with a password
    may = ["read", "write"]
    subjects = ["orders-value", "flights-*", ":.staging:*"]

    [[allow]]
    claim = {groups = "platform"}      # of a bearer token; of several, all have to be there
    may = ["read", "delete", "configure"]
    subjects = [":*:*"]
    global = true

    [[allow]]
    anonymous = true
    may = ["read"]
    subjects = ["public-*"]

Rules add up, and what none allows is denied. A subject is written as in the REST API: without a
context it is of the default one, `:*:` is every context; `:.staging:*` is also that context's own
config and mode. `global` adds what concerns the default context as a whole, and with it all others:
its config, its mode.

Invariant: whoever may do anything with a subject may read it, for answers and errors tell of it.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Struct

from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.state.names import GLOBAL_CONTEXT, WILDCARD, SubjectName, parse_subject
from odradek.web.authentication.identity import Identity

ANY = "*"
SPACE_SEPARATED_CLAIMS = frozenset({"scope", "scp"})
"""One text with several values in it (RFC 8693)."""


class Action(StrEnum):
    """What can be done with a subject."""

    READ = "read"
    WRITE = "write"
    DELETE = "delete"
    CONFIGURE = "configure"


@dataclass(frozen=True, slots=True)
class Pattern:
    """One subject, or all whose names begin so; of one context, or of every one."""

    context: str
    name: str
    is_prefix: bool

    @classmethod
    def parse(cls, text: str) -> "Pattern":
        """Read `name` or `prefix*`; raises ValueError."""
        context, name = parse_subject(text)
        stem = name.removesuffix(ANY)
        if ANY in stem or (ANY in context and context != WILDCARD):
            raise ValueError(f"subject {text!r} has a * that is not at its end")
        if not text:
            raise ValueError("a subject is empty: write * for all of the default context")
        return cls(context, stem, name != stem)

    def covers(self, subject: SubjectName) -> bool:
        if self.context not in (WILDCARD, subject.context):
            return False
        return subject.name.startswith(self.name) if self.is_prefix else subject.name == self.name


class Rule(
    Struct,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    rename={"is_global": "global"},
):
    """One `[[allow]]` of the file."""

    user: str | list[str] | None = None
    claim: dict[str, str | list[str]] | None = None
    anonymous: bool = False
    may: list[Action]
    subjects: list[str] = []
    is_global: bool = False

    def is_for(self, identity: Identity) -> bool:
        if identity.user is not None:
            return bool({ANY, identity.user} & _texts(self.user))
        if identity.claims:
            wanted = self.claim or {}
            return bool(wanted) and all(
                _texts(each) & _claimed(identity.claims, name) for name, each in wanted.items()
            )
        return self.anonymous

    def check(self) -> None:
        """Raises ValueError for a rule that cannot be meant."""
        named = [self.user is not None, self.claim is not None, self.anonymous]
        if sum(named) != 1:
            raise ValueError("name one of user, claim and anonymous = true")
        if not (self.subjects or self.is_global) or not self.may:
            raise ValueError("name what it may, and subjects or global = true")
        if self.claim is not None and not self.claim:
            raise ValueError('name a claim and its value, such as claim = {groups = "platform"}')


class Rights:
    """What somebody may do."""

    def __init__(self, who: str, rules: Sequence[tuple[Rule, tuple[Pattern, ...]]]) -> None:
        self._who = who
        self._patterns = {
            action: [
                pattern
                for rule, patterns in rules
                if action is Action.READ or action in rule.may
                for pattern in patterns
            ]
            for action in Action
        }
        self._globally = {each for rule, _ in rules if rule.is_global for each in rule.may}
        if rules:
            self._globally.add(Action.READ)

    def may(self, action: Action, subject: str | None) -> bool:
        """Whether they may do this with a qualified subject or context; null is the default one."""
        name = parse_subject(subject or "")
        if subject is None or name.context == GLOBAL_CONTEXT:
            return action in self._globally
        return any(pattern.covers(name) for pattern in self._patterns[action])

    def require(self, action: Action, subject: str | None) -> None:
        """Raises RegistryError where they may not."""
        if not self.may(action, subject):
            what = "the settings for all" if subject is None else f"Subject: {subject}"
            raise denied(action, what, self._who)

    def readable(self, subjects: Iterable[str]) -> set[str]:
        """Those of these subjects that they may read; RegistryError where it is none of several."""
        asked = set(subjects)
        found = {each for each in asked if self.may(Action.READ, each)}
        if asked and not found:
            raise denied(Action.READ, "every subject that has this schema", self._who)
        return found

    def sees(self, context: str) -> bool:
        """Whether they may read anything in a context."""
        return any(each.context in (WILDCARD, context) for each in self._patterns[Action.READ])


class Everything(Rights):
    """The rights of everybody where there are no permissions."""

    def __init__(self) -> None:
        super().__init__("", ())

    def may(self, action: Action, subject: str | None) -> bool:
        return True

    def sees(self, context: str) -> bool:
        return True


EVERYTHING = Everything()


class Permissions:
    """The rules of one file."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = [(each, tuple(map(Pattern.parse, each.subjects))) for each in rules]
        self.admit_anonymous = any(each.anonymous for each in rules)

    @classmethod
    def parse(cls, text: str) -> "Permissions":
        """Read the file's text; raises ValueError with the number of a bad rule."""
        document = tomllib.loads(text)
        rules = document.get("allow", [])
        if set(document) - {"allow"} or not isinstance(rules, list):
            raise ValueError("it consists of [[allow]] only")
        return cls([_rule(number, each) for number, each in enumerate(rules, start=1)])

    def of(self, identity: Identity) -> Rights:
        """What somebody may do."""
        return Rights(str(identity), [each for each in self._rules if each[0].is_for(identity)])


def denied(action: Action, what: str, who: str) -> RegistryError:
    return RegistryError(
        ErrorCode.DENIED,
        f"User is denied operation {action.capitalize()} on {what}: the registry's permissions do"
        f" not let {who} {action} it",
    )


def _rule(number: int, described: Any) -> Rule:
    try:
        rule = msgspec.convert(described, Rule)
        rule.check()
        for subject in rule.subjects:
            Pattern.parse(subject)
    except (msgspec.ValidationError, ValueError) as error:
        raise ValueError(f"[[allow]] number {number}: {error}") from error
    return rule


def _texts(value: str | list[str] | None) -> set[str]:
    if value is None:
        return set()
    return {value} if isinstance(value, str) else set(value)


def _claimed(claims: Mapping[str, Any], name: str) -> set[str]:
    """The values of a claim; `realm_access.roles` is the claim roles within realm_access."""
    value: Any = claims.get(name)
    if value is None and "." in name:
        outer, _, inner = name.partition(".")
        nested = claims.get(outer)
        return _claimed(nested, inner) if isinstance(nested, Mapping) else set()
    if isinstance(value, str):
        return set(value.split()) if name in SPACE_SEPARATED_CLAIMS else {value}
    return {each for each in value if isinstance(each, str)} if isinstance(value, list) else set()
