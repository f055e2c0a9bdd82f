"""Starts real Apache Kafka from its Maven jars, as the reference our own broker is measured by.

`jars` finds the jars, `java` runs a main class of them, `apache` runs one KRaft node. A machine
without Java or Maven gets one sentence (`JarsUnavailable`), never a stack trace from a JVM.
"""

from odradek.ops.cluster.apache import ApacheKafka, ApacheKafkaError
from odradek.ops.cluster.jars import JarsUnavailable, jar_directory
from odradek.ops.cluster.java import LEAN_JVM, SERVER_JVM, run_tool

__all__ = [
    "LEAN_JVM",
    "SERVER_JVM",
    "ApacheKafka",
    "ApacheKafkaError",
    "JarsUnavailable",
    "jar_directory",
    "run_tool",
]
