"""`odradek broker`: run one broker in this process until it is told to stop.

This process loads no Kafka client and no terminal library: its memory is the broker's.
"""

import os
import signal
import sys
import threading
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from odradek.cli.command import command_app
from odradek.cli.configuration import Flag, load_configuration

app = command_app("broker")

PARENT_GONE_STOP_TIMEOUT_S = 10.0


@app.default
def broker(
    *,
    data_dir: Annotated[
        Path | None, Parameter(help="Directory of the logs; made if missing.")
    ] = None,
    listen: Annotated[
        str | None, Parameter(help="Address to serve, HOST:PORT; port 0 picks a free one.")
    ] = None,
    durability: Annotated[
        Literal["disk", "process"] | None,
        Parameter(
            help="What acks=all waits for: the disk (survives a power cut), or the operating"
            " system (survives a kill of the broker)."
        ),
    ] = None,
    overrides: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="A setting as section.key=value, for example broker.log.retention.ms=60000;"
            " may be repeated.",
        ),
    ] = None,
    config_file: Annotated[
        Path | None,
        Parameter(
            name=["--config", "--config-file"],
            help="Configuration file; odradek.toml here, if there is one.",
        ),
    ] = None,
    exit_with_parent: Annotated[
        bool,
        Parameter(
            help="Stop when stdin closes, so that no broker outlives the program that started it.",
        ),
    ] = False,
) -> int:
    """Serve until a signal; the exit code is the broker's."""
    flags = [
        Flag("--data-dir", "broker.log.dirs", None if data_dir is None else str(data_dir)),
        Flag("--listen", "broker.listeners", listen),
        Flag("--durability", "broker.durability", durability),
    ]
    configuration = load_configuration(config_file, overrides=overrides or [], flags=flags)
    from odradek.broker import main

    if exit_with_parent:
        threading.Thread(target=_stop_when_stdin_closes, daemon=True).start()
    return main.run(configuration)


def _stop_when_stdin_closes() -> None:
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    # A broker that does not manage to stop cleanly must still not outlive its parent.
    threading.Event().wait(PARENT_GONE_STOP_TIMEOUT_S)
    os._exit(1)
