"""The root of the command line: which commands exist, and how any of them ends.

Invariants:
- A command's module is imported only when that command runs, so `odradek --help` stays fast and a
  broker process loads no Kafka client; hence the help texts of the first level stand here.
- `run` returns an exit code and lets no exception out. `ODRADEK_DEBUG=1` shows the stack traces.
"""

import os
import sys
from collections.abc import Sequence
from importlib.metadata import version

from cyclopts import App, CycloptsError, Group

from odradek.cli.errors import CommandError, ExitCode

SERVE = Group("Serve", sort_key=0)
USE = Group("Use a cluster (this one, or any Kafka)", sort_key=1)
OPTIONS = Group("Options", sort_key=2)

app = App(
    name="odradek",
    help="A complete Kafka platform in one Python package.",
    version=lambda: f"odradek {version('odradek')}",
    help_format="plaintext",
    help_epilogue="More about a command: odradek COMMAND --help",
    group_commands=USE,
    result_action="return_value",
)
app["--help"].group = OPTIONS
app["--version"].group = OPTIONS
app.command("odradek.cli.broker:broker", name="broker", group=SERVE, help="Run a Kafka broker.")
app.command(
    "odradek.cli.demo.command:demo",
    name="demo",
    group=SERVE,
    help="Push real data through a broker, kill it halfway, prove that nothing was lost.",
)
app.command(
    "odradek.cli.topic:app",
    name="topic",
    group=USE,
    help="List, create, describe, alter and delete topics.",
)
app.command(
    "odradek.cli.produce:produce",
    name="produce",
    group=USE,
    help="Send records to a topic, from a file or stdin.",
)
app.command(
    "odradek.cli.consume:consume", name="consume", group=USE, help="Print the records of a topic."
)


def run(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; errors become one sentence on stderr."""
    try:
        code = app(list(arguments), exit_on_error=False, print_error=False)
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
