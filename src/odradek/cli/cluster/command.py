"""`odradek cluster`: starts a real Apache Kafka on this machine, and lets its nodes crash and hang.

It decides nothing: `odradek.ops.cluster` does the work, and its one-sentence errors become ours.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from cyclopts.validators import Number

from odradek.cli.cluster.report import print_cluster
from odradek.cli.command import command_app
from odradek.cli.errors import CommandError
from odradek.cli.key_values import parse_pairs
from odradek.cli.output import OutputFormat, note
from odradek.ops.cluster import (
    Cluster,
    ClusterError,
    ClusterPlan,
    Controllers,
    JarsUnavailable,
    Mode,
    Security,
    cluster_exists,
    default_directory,
)

app = command_app("cluster")

DataDir = Annotated[
    Path | None,
    Parameter(
        help="Where the cluster lives; else one directory for each user,"
        " ~/.local/state/odradek/cluster."
    ),
]
NodeId = Annotated[int, Parameter(help="The node's id, as `odradek cluster status` shows it.")]
Timeout = Annotated[
    float, Parameter(help="Seconds that the cluster may take to serve.", validator=Number(gt=0))
]


@app.command
def up(
    *,
    brokers: Annotated[int, Parameter(help="How many brokers.")] = 3,
    kafka_version: Annotated[
        str | None,
        Parameter(help="4.3.1 or 3.9.2, from Maven; 3.9.2 with ZooKeeper, 4.3.1 otherwise."),
    ] = None,
    kafka_home: Annotated[
        Path | None, Parameter(help="A Kafka distribution to take the jars from, instead of Maven.")
    ] = None,
    data_dir: DataDir = None,
    mode: Annotated[
        Mode, Parameter(help="What keeps the metadata: KRaft, or three ZooKeeper servers.")
    ] = "kraft",
    controllers: Annotated[
        Controllers,
        Parameter(help="KRaft controllers in the brokers' processes or in their own."),
    ] = "combined",
    security: Annotated[
        Security,
        Parameter(help="sasl_ssl makes a throwaway authority, SCRAM users and client settings."),
    ] = "plaintext",
    properties: Annotated[
        tuple[str, ...],
        Parameter(name="--property", help="A server property key=value; may be repeated."),
    ] = (),
    jvm_options: Annotated[
        tuple[str, ...],
        Parameter(
            name="--jvm-option",
            help="A JVM option, for example -Xmx1g; may be repeated. They come after the small"
            " heaps' own.",
            allow_leading_hyphen=True,
        ),
    ] = (),
    timeout_s: Timeout = 180.0,
    output: OutputFormat = "table",
) -> None:
    """Start a cluster, or the one that is in the directory already, and wait until it serves.

    Serving means that every broker knows every broker and that the quorum has a leader. The cluster
    goes on when this command has ended; `odradek cluster down` ends it.
    """
    directory = data_dir or default_directory()
    with _sentences():
        if cluster_exists(directory):
            cluster = Cluster.open(directory)
            note(f"starting the cluster that is in {directory}; its shape is what it was made with")
        else:
            plan = ClusterPlan(
                brokers=brokers,
                kafka_version=kafka_version,
                kafka_home=kafka_home,
                mode=mode,
                controllers=controllers,
                security=security,
                properties=dict(parse_pairs("--property", properties, example="num.partitions=4")),
                more_jvm_options=jvm_options,
            )
            cluster = Cluster.create(directory, plan)
        cluster.start(timeout_s)
    print_cluster(cluster, output)


@app.command
def down(
    *,
    data_dir: DataDir = None,
    delete: Annotated[
        bool, Parameter(help="End it at once and remove its directory with all data.")
    ] = False,
    output: OutputFormat = "table",
) -> None:
    """Stop every node of the cluster; the data stays for the next `up`."""
    with _sentences():
        cluster = _opened(data_dir)
        if delete:
            cluster.delete()
            note(f"the cluster in {cluster.directory} is gone")
        else:
            cluster.stop()
            print_cluster(cluster, output)


@app.command
def status(*, data_dir: DataDir = None, output: OutputFormat = "table") -> None:
    """Show the cluster's nodes, and whether their processes run, are paused or stopped."""
    with _sentences():
        cluster = _opened(data_dir)
    print_cluster(cluster, output)


@app.command
def kill(node: NodeId, /, *, data_dir: DataDir = None, output: OutputFormat = "table") -> None:
    """Kill a node with -9, as a crash would."""
    _change(data_dir, lambda cluster: cluster.kill_node(node), output)


@app.command
def start(
    node: NodeId,
    /,
    *,
    data_dir: DataDir = None,
    timeout_s: Timeout = 180.0,
    output: OutputFormat = "table",
) -> None:
    """Start a node that was killed or stopped, and wait until it serves."""
    _change(data_dir, lambda cluster: cluster.start_node(node, timeout_s), output)


@app.command
def pause(node: NodeId, /, *, data_dir: DataDir = None, output: OutputFormat = "table") -> None:
    """Stop a node where it stands (SIGSTOP), as one that hangs."""
    _change(data_dir, lambda cluster: cluster.pause_node(node), output)


@app.command
def resume(node: NodeId, /, *, data_dir: DataDir = None, output: OutputFormat = "table") -> None:
    """Let a paused node go on."""
    _change(data_dir, lambda cluster: cluster.resume_node(node), output)


def _change(data_dir: Path | None, change: Callable[[Cluster], None], output: OutputFormat) -> None:
    with _sentences():
        cluster = _opened(data_dir)
        change(cluster)
    print_cluster(cluster, output)


def _opened(data_dir: Path | None) -> Cluster:
    return Cluster.open(data_dir or default_directory())


@contextmanager
def _sentences() -> Iterator[None]:
    """Let what the cluster says of its troubles be the command's error."""
    try:
        yield
    except (ClusterError, JarsUnavailable) as error:
        raise CommandError(str(error)) from error
