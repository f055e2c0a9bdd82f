"""`odradek broker`: its options and their help.

A plainly spelled command line never gets here: `quick_start` reads it.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from odradek.cli.broker.serving import BrokerOptions, serve
from odradek.cli.command import command_app

app = command_app("broker")


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
    metrics: Annotated[
        str | None,
        Parameter(
            help="Address, HOST:PORT, of a second port with /metrics, /livez and /readyz over"
            " HTTP; without it there is none."
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
    return serve(
        BrokerOptions(
            data_dir=None if data_dir is None else str(data_dir),
            listen=listen,
            durability=durability,
            metrics=metrics,
            overrides=overrides or (),
            config_file=None if config_file is None else str(config_file),
            exit_with_parent=exit_with_parent,
        )
    )
