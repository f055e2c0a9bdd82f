"""How a command fails: one sentence on stderr and an exit code, never a stack trace.

`CommandError` is raised by commands, `odradek.cli.app.run` prints it. The sentence names the value
that was wrong and what to do about it.
"""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell is told."""

    OK = 0
    ERROR = 1
    FINDINGS = 2
    """The command worked and found what it was asked to look for: drift, or a finding."""
    INTERRUPTED = 130


class CommandError(Exception):
    """The command cannot do what it was asked; `str(error)` is the sentence for the user."""
