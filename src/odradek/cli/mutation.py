"""What every command that changes something shares: `--dry-run`, a question first, a report after.

Invariants: a dry run and the change itself report in the same words and columns, so that one can be
held against the other; nothing that cannot be undone happens without a yes.
"""

import sys
from collections.abc import Sequence
from typing import Annotated, NamedTuple

from cyclopts import Parameter

from odradek.cli.errors import CommandError
from odradek.cli.output import OutputFormat, Row, print_document, print_rows

DryRun = Annotated[bool, Parameter(help="Check and show what would happen; change nothing.")]
Yes = Annotated[bool, Parameter(name=["--yes", "-y"], help="Do not ask.")]

WORDS = {
    "create": ("create", "created"),
    "alter": ("alter", "altered"),
    "reset": ("reset", "reset"),
    "delete": ("delete", "deleted"),
    "abort": ("abort", "aborted"),
    "replay": ("replay letters of", "replayed letters of"),
    "purge": ("purge letters of", "purged letters of"),
    "register": ("register a version of", "registered a version of"),
    "delete-version": ("delete a version of", "deleted a version of"),
    "delete-offsets": ("delete offsets of", "deleted offsets of"),
}
"""Each action as it is said before and after."""


class Mutation(NamedTuple):
    """One thing changed, or with `dry_run` one that would be; `changes` says what about it."""

    action: str
    noun: str
    name: str
    changes: Sequence[Row]
    dry_run: bool

    @property
    def sentence(self) -> str:
        """What was or would be done, as "deleted topic t"."""
        before, after = WORDS[self.action]
        outcome = f"would {before}" if self.dry_run else after
        return f"{outcome} {self.noun} {self.name}"

    @property
    def document(self) -> Row:
        """The same for programs."""
        return {
            "action": self.action,
            self.noun: self.name,
            "dry_run": self.dry_run,
            "changes": list(self.changes),
        }


def print_mutations(mutations: Sequence[Mutation], output: OutputFormat) -> None:
    """Print what was done to several things: a sentence each with its changes, or one list."""
    if output != "table":
        print_document([mutation.document for mutation in mutations], output)
        return
    for mutation in mutations:
        _print_mutation(mutation)


def print_changes(mutation: Mutation, output: OutputFormat) -> None:
    """Print what changed about one thing, or that nothing did; or one document."""
    if output != "table":
        print_document(mutation.document, output)
    elif mutation.changes:
        _print_mutation(mutation)
    else:
        sys.stdout.write(f"{mutation.noun} {mutation.name}: no changes\n")


def _print_mutation(mutation: Mutation) -> None:
    sys.stdout.write(f"{mutation.sentence}\n")
    print_rows(mutation.changes, "table")


def confirm(question: str) -> None:
    """Return when somebody at the terminal says yes; CommandError when nobody does."""
    if not sys.stdin.isatty():
        raise CommandError("deleting needs a yes: there is no terminal to ask on, so give --yes")
    sys.stderr.write(f"{question} [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise CommandError("nothing was deleted")
