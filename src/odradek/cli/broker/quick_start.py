"""`odradek broker` as programs start it, read without the command line library.

Importing that library takes a tenth or more of a broker's start and 3 MB, and test suites start a
broker again and again. So the plain spelling (`--option value`, every option known) is read here;
anything else, a misspelling and `--help` included, is left to `command`, which can explain it.
"""

import sys
from collections.abc import Sequence

from odradek.cli.broker.serving import BrokerOptions, serve
from odradek.cli.errors import CommandError, ExitCode

VALUE_OPTIONS = {
    "--data-dir": "data_dir",
    "--listen": "listen",
    "--durability": "durability",
    "--metrics": "metrics",
    "--config": "config_file",
    "--config-file": "config_file",
}
REPEATED_OPTION = "--set"
SWITCH = "--exit-with-parent"


def run_plain_broker(arguments: Sequence[str]) -> int | None:
    """Serve and return the exit code; None when these are not plain arguments of `broker`."""
    options = read_options(arguments)
    if options is None:
        return None
    try:
        return serve(options)
    except CommandError as error:
        sys.stderr.write(f"error: {error}\n")
        return ExitCode.ERROR


def read_options(arguments: Sequence[str]) -> BrokerOptions | None:
    """The options, or None where somebody has something to explain."""
    options = BrokerOptions()
    overrides: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if argument == SWITCH:
            options.exit_with_parent = True
            continue
        value = next(rest, None)
        if value is None or value.startswith("--"):
            return None
        if argument == REPEATED_OPTION:
            overrides.append(value)
        elif argument in VALUE_OPTIONS:
            setattr(options, VALUE_OPTIONS[argument], value)
        else:
            return None
    options.overrides = overrides
    return options
