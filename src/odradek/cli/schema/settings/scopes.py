"""What a setting is for: a subject, a context as `:.staging:`, or with an empty name all of it."""

from collections.abc import Callable, Sequence

from odradek.cli.mutation import Mutation
from odradek.cli.output import Row, note
from odradek.cli.schema.connection import live_numbers
from odradek.clients.schema_registry import RegistryAdministration
from odradek.registry.state.names import context_key, context_of, is_context

ALL = "(all)"


def origin_of(scope: str, is_set: Callable[[str], bool]) -> str:
    """Where that is set which applies to a scope: there, for its context, or for all."""
    narrow = [scope, context_key(context_of(scope)) or ""] if scope else []
    return next((each for each in narrow if each and is_set(each)), ALL)


def alteration(scope: str, changes: Sequence[Row], *, dry_run: bool) -> Mutation:
    """A change of a scope's settings, as it is reported."""
    noun = "registry" if not scope else "context" if is_context(scope) else "subject"
    return Mutation("alter", noun, scope or "as a whole", changes, dry_run)


def note_without_versions(client: RegistryAdministration, scope: str, what: str) -> None:
    """Say of a subject that has no versions yet that the setting waits for them."""
    if scope and not is_context(scope) and not live_numbers(client, scope):
        note(f"subject {scope} has no versions; the {what} is for those to come")
