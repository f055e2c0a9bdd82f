"""`odradek broker`: its options and their help.

A plainly spelled command line never gets here: `quick_start` reads it.
"""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from odradek.cli.broker.serving import BrokerOptions, serve
from odradek.cli.command import ConfigFile, ExitWithParent, Listen, Overrides, command_app

app = command_app("broker")


@app.default
def broker(
    *,
    data_dir: Annotated[
        Path | None, Parameter(help="Directory of the logs; made if missing.")
    ] = None,
    listen: Listen = None,
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
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    exit_with_parent: ExitWithParent = False,
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
