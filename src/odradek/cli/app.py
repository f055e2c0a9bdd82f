"""The root of the command line: which commands exist, and how any of them ends.

Invariants:
- A command's module is imported only when that command runs, so `odradek --help` stays fast and a
  broker process loads no Kafka client; hence the help texts of the first level stand here.
- `run` returns an exit code and lets no exception out. `ODRADEK_DEBUG=1` shows the stack traces.
"""

import os
import sys
from collections.abc import Sequence
from functools import partial
from importlib.metadata import version

from cyclopts import App, CycloptsError, Group, Parameter

from odradek.cli.errors import CommandError, ExitCode

SERVE = Group("Serve", sort_key=0)
USE = Group("Use a cluster (this one, or any Kafka)", sort_key=1)
OPTIONS = Group("Options", sort_key=2)


def _shown_default(value: object) -> str | None:
    """What the help says of a default: nothing where nothing is given."""
    return None if value in (None, False, ()) else str(value)


app = App(
    name="odradek",
    help="A complete Kafka platform in one Python package.",
    version=lambda: f"odradek {version('odradek')}",
    # Markdown costs a parser; only the help of single commands, below, is worth it.
    help_format="plaintext",
    help_epilogue="More about a command: odradek COMMAND --help",
    default_parameter=Parameter(negative=(), show_default=_shown_default),
    group_parameters=OPTIONS,
    result_action="return_value",
)
app["--help"].group = OPTIONS
app["--version"].group = OPTIONS


_command = partial(app.command, help_format="markdown", help_epilogue="")
_noun = app.command  # a noun's verbs are an App of their own, which brings its own format

_command("odradek.cli.broker:broker", name="broker", group=SERVE, help="Run a Kafka broker.")
_command(
    "odradek.cli.demo.command:demo",
    name="demo",
    group=SERVE,
    help="Kill a broker amid real data, and prove that nothing was lost.",
)
_noun(
    "odradek.cli.topic:app",
    name="topic",
    group=USE,
    help="List, create, describe, alter and delete topics.",
)
_command(
    "odradek.cli.produce:produce",
    name="produce",
    group=USE,
    help="Send records to a topic, from a file or stdin.",
)
_command(
    "odradek.cli.consume:consume", name="consume", group=USE, help="Print the records of a topic."
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors become one sentence on stderr."""
    try:
        code = app(list(arguments), exit_on_error=False, print_error=False)
        sys.stdout.flush()
    except CycloptsError as error:
        return _fail(f"{_sentence(error)} See odradek {_command_path(error)}--help.")
    except CommandError as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        return _end_of_reader()
    except Exception as error:
        if os.environ.get("ODRADEK_DEBUG"):
            raise
        return _fail(f"{type(error).__name__}: {error} (ODRADEK_DEBUG=1 shows where)")
    return code if isinstance(code, int) else ExitCode.OK


def _fail(sentence: str) -> int:
    sys.stderr.write(f"error: {sentence}\n")
    return ExitCode.ERROR


def _sentence(error: CycloptsError) -> str:
    text = " ".join(str(error).split())
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _command_path(error: CycloptsError) -> str:
    return "".join(f"{name} " for name in error.command_chain or ())


def _end_of_reader() -> int:
    # Whoever read our output has gone (`odradek consume t | head`): not an error. Stdout is
    # pointed at nothing, or the interpreter would complain when it flushes at exit.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ExitCode.OK
