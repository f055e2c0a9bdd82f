"""`odradek bench acks`: what each choice of a producer's acks costs, and what it loses."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from odradek.cli.bench.options import DEFAULT_SELECTION, Selection
from odradek.cli.bench.report import print_report
from odradek.cli.command import command_app
from odradek.cli.connection import DEFAULT_CONNECTION, Connection, connect
from odradek.cli.errors import CommandError
from odradek.cli.output import OutputFormat, note
from odradek.cli.progress import show_progress
from odradek.ops.benchmark.run import Plan, run
from odradek.ops.cluster import Cluster, ClusterError

if TYPE_CHECKING:
    from odradek.ops.benchmark.results import Report

app = command_app("bench")


@app.command
def acks(
    *,
    selection: Selection = DEFAULT_SELECTION,
    data_dir: Annotated[
        Path | None,
        Parameter(help="A cluster of `odradek cluster up`; only its leaders are ever killed."),
    ] = None,
    plot: Annotated[Path | None, Parameter(help="Draw the result into this PNG file.")] = None,
    output: OutputFormat = "table",
    connection: Connection = DEFAULT_CONNECTION,
) -> None:
    """Measure producers of every kind on a cluster, and count what a killed leader loses.

    Each combination of acks, idempotence, compression, linger and record size sends as fast as it
    can, then at half of that, where latency is measured from produce() to the report. Then, in a
    cluster that odradek started, a leader is killed with -9 while a producer of each kind sends to
    it, and what was acknowledged is searched for. The topics are new ones, and gone afterwards.
    """
    plan = selection.plan()
    if not plan.matrix.cells():
        raise CommandError("no producer is idempotent without acks=all: nothing is left to measure")
    if plot is not None:
        _require_matplotlib()
    report = _measure(plan, data_dir, connection)
    print_report(report, output)
    if plot is not None:
        _draw(report, plot)


def _measure(plan: Plan, data_dir: Path | None, connection: Connection) -> "Report":
    try:
        cluster = None if data_dir is None else Cluster.open(data_dir)
        settings: dict[str, Any] = connection.client_config()
        if cluster is not None:
            settings |= cluster.client_settings
        connect(settings)
        steps = plan.steps(with_kills=cluster is not None)
        with show_progress("measuring", total=steps) as progress:
            return run(
                settings,
                plan,
                cluster,
                lambda done, records: progress.update(records=records, position=done),
            )
    except ClusterError as error:
        raise CommandError(str(error)) from error


def _require_matplotlib() -> None:
    try:
        import matplotlib  # noqa: F401 - looked for before minutes are spent
    except ImportError:
        raise CommandError("--plot needs matplotlib: pip install 'odradek[bench]'") from None


def _draw(report: "Report", file: Path) -> None:
    from odradek.ops.benchmark.plots import draw

    draw(report, file)
    note(f"drawn: {file}")
