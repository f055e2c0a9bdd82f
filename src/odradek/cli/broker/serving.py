"""Running a broker in this process: what `odradek broker` does once its options are read.

Loads no Kafka client, no terminal library and no command line library: this process's memory is the
broker's, and its start is what every test suite waits for.
"""

import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from odradek.cli.configuration import Flag, load_configuration

PARENT_GONE_STOP_TIMEOUT_S = 10.0


class BrokerOptions(Struct, kw_only=True):
    """The options of `odradek broker`; None and empty are "not given"."""

    data_dir: str | None = None
    listen: str | None = None
    durability: str | None = None
    metrics: str | None = None
    overrides: Sequence[str] = ()
    config_file: str | None = None
    exit_with_parent: bool = False


def serve(options: BrokerOptions) -> int:
    """Serve until a signal; the exit code is the broker's. Raises CommandError."""
    flags = [
        Flag("--data-dir", "broker.log.dirs", options.data_dir),
        Flag("--listen", "broker.listeners", options.listen),
        Flag("--durability", "broker.durability", options.durability),
        Flag("--metrics", "broker.metrics.address", options.metrics),
    ]
    config_file = None if options.config_file is None else Path(options.config_file)
    configuration = load_configuration(config_file, overrides=options.overrides, flags=flags)
    from odradek.broker import main

    if options.exit_with_parent:
        end_with_parent()
    return main.run(configuration)


def end_with_parent() -> None:
    """Stop this process when its stdin closes."""
    threading.Thread(target=_stop_when_stdin_closes, daemon=True).start()


def _stop_when_stdin_closes() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # A broker that does not manage to stop cleanly must still not outlive its parent.
    threading.Event().wait(PARENT_GONE_STOP_TIMEOUT_S)
    os._exit(1)
