"""Subjects in import mode, for the length of an import and not longer.

Where a context has no subjects yet, it is the context that is put into import mode, which is one
request; else each subject for itself, so that nobody else's subjects refuse their producers.

Invariant: however an import ends, every scope it has entered gets the mode that the archive has for
it. What a killed import left behind, the next one mends, for modes are part of what it compares.
"""

from types import TracebackType
from typing import Self

from odradek.cli.errors import CommandError
from odradek.cli.output import note
from odradek.cli.schema.archive.contents import UNSET, Archive
from odradek.cli.schema.archive.settings import IMPORT, READ_ONLY, apply_mode
from odradek.clients.errors import ClientError, RegistryRefused
from odradek.clients.schema_registry import RegistryAdministration
from odradek.registry.state.names import DEFAULT_CONTEXT, context_key, context_of


def mode_remedy(scope: str) -> str:
    """The command that takes import mode away, where no import will."""
    return f"odradek schema mode {scope} --unset" if scope else "odradek schema mode --unset"


def note_import_modes(archive: Archive, target: Archive) -> None:
    """Say which scopes are in import mode before an import has put any there."""
    settings = {name: each.settings for name, each in target.subjects.items()}
    for scope, found in sorted({**settings, **target.scopes}.items()):
        if found.mode != IMPORT:
            continue
        is_ours = scope in archive.subjects or scope in archive.scopes
        note(
            f"{scope or 'the registry'} is in mode IMPORT already: another import runs, or was"
            f" killed; {'this one' if is_ours else mode_remedy(scope)} takes the mode away"
        )


class ImportModes:
    """The scopes that were put into import mode."""

    def __init__(self, client: RegistryAdministration, archive: Archive, target: Archive) -> None:
        self._client, self._archive, self._target = client, archive, target
        self._occupied = {context_of(name) for name in target.subjects}
        if self._occupied:
            # Of some registries, the mode of the default context is that of the others, too.
            self._occupied.add(DEFAULT_CONTEXT)
        self.entered: set[str] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        left_behind = [scope for scope in sorted(self.entered) if not self._leave(scope)]
        if not left_behind:
            return
        sentence = (
            f"{', '.join(left_behind)} could not be taken out of import mode; importing again does"
        )
        if error is None:
            raise CommandError(sentence)
        note(sentence)

    def enter(self, subject: str) -> None:
        """Let schemas be registered with their ids under the subject."""
        context = context_of(subject)
        scope = subject if context in self._occupied else context_key(context) or ""
        if scope not in self.entered:
            self._set(scope)

    def unlock(self, scope: str) -> None:
        """Let a scope that is read-only be configured."""
        if scope not in self.entered and self._client.mode(scope, applying=True) in READ_ONLY:
            self._set(scope)

    def _set(self, scope: str) -> None:
        # Before it is done, for it may be done though no answer comes.
        self.entered.add(scope)
        try:
            self._client.set_mode(scope, IMPORT, force=True)
        except RegistryRefused as refused:
            self.entered.discard(scope)
            raise CommandError(
                f"the registry does not let schemas be imported with their ids ({refused.said});"
                " --new-ids lets it choose others"
            ) from refused

    def _leave(self, scope: str) -> bool:
        try:
            apply_mode(self._client, scope, self._mode_after(scope))
        except ClientError:
            return False
        return True

    def _mode_after(self, scope: str) -> str | None:
        if scope in self._archive.subjects:
            return self._archive.subjects[scope].settings.mode
        of_target = self._target.scopes.get(scope, UNSET)
        return self._archive.scopes.get(scope, of_target).mode
