"""`odradek up`: its options and their help."""

import asyncio
import signal
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from odradek.cli.command import ConfigFile, Overrides, command_app
from odradek.cli.errors import CommandError, ExitCode
from odradek.up import NAMES, PlanError, Supervisor, make_plan
from odradek.up.plan import Plan, Wishes
from odradek.up.supervisor import PartFailed

NAME_CHARS = max(map(len, NAMES))

app = command_app("up")


@app.default
def up(
    *,
    only: Annotated[
        str | None, Parameter(help="The parts to run, for example broker,registry; else all.")
    ] = None,
    bootstrap_server: Annotated[
        str | None,
        Parameter(
            name=["--bootstrap-server", "-b"],
            help="Somebody else's Kafka, HOST:PORT[,HOST:PORT], instead of a broker of odradek.",
        ),
    ] = None,
    data_dir: Annotated[
        Path | None, Parameter(help="Directory of the broker's logs; made if missing.")
    ] = None,
    overrides: Overrides = None,
    config_file: ConfigFile = None,
) -> int:
    """Serve until a signal."""
    shared = [argument for setting in overrides or () for argument in ("--set", setting)]
    if config_file is not None:
        shared += ["--config", str(config_file)]
    wishes = Wishes(
        only=[] if only is None else [name.strip() for name in only.split(",")],
        bootstrap_servers=bootstrap_server,
        shared=shared,
        own={} if data_dir is None else {"broker": ("--data-dir", str(data_dir))},
    )
    try:
        plan = make_plan(wishes)
    except PlanError as error:
        raise CommandError(str(error)) from None
    return asyncio.run(_serve(plan))


async def _serve(plan: Plan) -> int:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    supervisor = Supervisor(plan, _log, _announce)
    starting = asyncio.create_task(supervisor.start())
    asked = asyncio.create_task(stopping.wait())
    await asyncio.wait({starting, asked}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return ExitCode.OK
    try:
        starting.result()
    except PartFailed as failure:
        raise CommandError(f"{failure}; its last lines are above") from None
    await asked
    await supervisor.stop()
    return ExitCode.OK


def _log(name: str, line: str) -> None:
    sys.stderr.write(f"{name:{NAME_CHARS}} | {line}\n")


def _announce(name: str, address: str) -> None:
    sys.stdout.write(f"ready: {name} at {address}\n")
    sys.stdout.flush()
