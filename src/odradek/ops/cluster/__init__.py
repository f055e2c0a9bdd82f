"""Starts real Apache Kafka from its jars: the reference for our broker, and the cluster to go to.

`jars` finds the jars and `java` runs a main class of them. `apache` runs one KRaft node for tests
and benchmarks, in this process's care; `cluster` runs several, which outlive the command that
started them. A machine without Java or Maven gets one sentence (`JarsUnavailable`), never a stack
trace from a JVM.
"""

from odradek.ops.cluster.apache import ApacheKafka, ApacheKafkaError
from odradek.ops.cluster.class_archive_building import build_class_archive
from odradek.ops.cluster.cluster import Cluster, ClusterPlan
from odradek.ops.cluster.cluster_file import default_directory
from odradek.ops.cluster.cluster_file import exists as cluster_exists
from odradek.ops.cluster.description import Controllers, Mode, Node, Security
from odradek.ops.cluster.errors import ClusterError
from odradek.ops.cluster.jars import JarsUnavailable, jar_directory
from odradek.ops.cluster.java import LEAN_JVM, SERVER_JVM, run_tool

__all__ = [
    "LEAN_JVM",
    "SERVER_JVM",
    "ApacheKafka",
    "ApacheKafkaError",
    "Cluster",
    "ClusterError",
    "ClusterPlan",
    "Controllers",
    "JarsUnavailable",
    "Mode",
    "Node",
    "Security",
    "build_class_archive",
    "cluster_exists",
    "default_directory",
    "jar_directory",
    "run_tool",
]
