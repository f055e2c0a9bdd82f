"""How each command's part of the command line is made, so that all of them look alike."""

from cyclopts import App

OPTIONS_PANEL = "Options"


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
