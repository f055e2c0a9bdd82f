"""`odradek registry`: its options and their help."""

from typing import Annotated

from cyclopts import Parameter

from odradek.cli.broker.serving import end_with_parent
from odradek.cli.command import ConfigFile, ExitWithParent, Listen, Overrides, command_app
from odradek.cli.configuration import Flag, load_configuration

app = command_app("registry")


@app.default
def registry(
    *,
    listen: Listen = None,
    bootstrap_server: Annotated[
        str | None,
        Parameter(
            name=["--bootstrap-server", "-b"],
            help="The Kafka cluster that keeps the schemas, HOST:PORT.",
        ),
    ] = None,
    overrides: Overrides = None,
    config_file: ConfigFile = None,
    exit_with_parent: ExitWithParent = False,
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
