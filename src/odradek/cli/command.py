"""How each command's part of the command line is made, so that all of them look alike.

The options are those of every command that runs a part of odradek, or several.
"""

from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

OPTIONS_PANEL = "Options"

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
_CONFIGURATION_HELP = "Configuration file; odradek.toml here, if there is one."
ConfigFile = Annotated[
    Path | None, Parameter(name=["--config", "--config-file"], help=_CONFIGURATION_HELP)
]
ConfigurationFile = Annotated[Path | None, Parameter(help=_CONFIGURATION_HELP)]
"""Of commands that connect to something: `--config` is a topic's configuration with some."""
ExitWithParent = Annotated[
    bool,
    Parameter(
        help="Stop when stdin closes, so that no part outlives the program that started it.",
    ),
]


def command_app(name: str) -> App:
    """An App for a command, or a noun with its verbs; its help stands in `odradek.cli.app`."""
    return App(
        name=name,
        # The texts are docstrings, wrapped for the source: Markdown joins their lines again.
        help_format="markdown",
        help_epilogue="",
        group_parameters=OPTIONS_PANEL,
        group_commands="Commands",
    )
