"""`odradek registry`: its options and their help."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.broker.serving import end_with_parent
from odradek.cli.command import command_app
from odradek.cli.configuration import Flag, load_configuration

app = command_app("registry")


@app.default
def registry(
    *,
    listen: Annotated[
        str | None, Parameter(help="Address to serve, HOST:PORT; port 0 picks a free one.")
    ] = None,
    bootstrap_server: Annotated[
        str | None,
        Parameter(
            name=["--bootstrap-server", "-b"],
            help="The Kafka cluster that keeps the schemas, HOST:PORT.",
        ),
    ] = None,
    overrides: Annotated[
        list[str] | None,
        Parameter(
            name="--set",
            help="A setting as section.key=value, for example"
            " registry.schema.compatibility.level=FULL; may be repeated.",
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
            help="Stop when stdin closes, so that it does not outlive the program that started it.",
        ),
    ] = False,
) -> int:
    """Serve until a signal; the exit code is the registry's."""
    flags = [
        Flag("--listen", "registry.listeners", listen),
        Flag("--bootstrap-server", "kafka.bootstrap.servers", bootstrap_server),
    ]
    configuration = load_configuration(config_file, overrides=overrides or (), flags=flags)
    from odradek.registry import main

    if exit_with_parent:
        end_with_parent()
    return main.run(configuration)
