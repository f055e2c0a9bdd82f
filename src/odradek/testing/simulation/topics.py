"""The topics of every run.

`source` is written by producers and read by everybody, `target` is what pipelines make of it, and
`table` is compacted: its records have keys, and some of them are tombstones.
"""

from odradek.testing.simulation.history import TopicPartition

SOURCE, TARGET, TABLE = "source", "target", "table"
COPIED_PARTITIONS = 2
KEYS = tuple(f"k{number}" for number in range(4))
"""Few, so that most records are soon outdated."""

SOURCES: list[TopicPartition] = [(SOURCE, index) for index in range(COPIED_PARTITIONS)]
TARGETS: list[TopicPartition] = [(TARGET, index) for index in range(COPIED_PARTITIONS)]
TABLES: list[TopicPartition] = [(TABLE, 0)]
PARTITIONS = SOURCES + TARGETS + TABLES
