"""The options that every command has which runs a part of odradek, or several."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

Listen = Annotated[
    str | None, Parameter(help="Address to serve, HOST:PORT; port 0 picks a free one.")
]
Overrides = Annotated[
    list[str] | None,
    Parameter(
        name="--set",
        help="A setting as section.key=value, for example broker.log.retention.ms=60000; may be"
        " repeated.",
    ),
]
ConfigFile = Annotated[
    Path | None,
    Parameter(
        name=["--config", "--config-file"],
        help="Configuration file; odradek.toml here, if there is one.",
    ),
]
ExitWithParent = Annotated[
    bool,
    Parameter(
        help="Stop when stdin closes, so that no part outlives the program that started it.",
    ),
]
