"""The log: partitions in Kafka's on-disk format, durable, recoverable, synchronous.

Reading order: `directory` (a data directory and its partitions), `partition_log` (one partition:
append, write, read, sync), `log_segments` and `segment` (its files), `recovery` (what happens at
start). The rest are the parts they use, one file of Kafka's format or one rule each. Only `files`
touches the disk. No asyncio, no threads: callers decide what runs where.
"""

from odradek.broker.log.append_result import AppendResult, ReadResult, TimestampOffset
from odradek.broker.log.config import LogConfig
from odradek.broker.log.directory import NO_TOPIC_ID, LogDirectory
from odradek.broker.log.errors import (
    CorruptFileError,
    LogDirectoryError,
    LogError,
    LogOfflineError,
    LogWriteError,
    OffsetOutOfRange,
)
from odradek.broker.log.file_records import FileRecords
from odradek.broker.log.files import Files
from odradek.broker.log.partition_log import PartitionLog
from odradek.broker.log.producer_state import TRANSACTIONS_V1, TRANSACTIONS_V2, UNVERIFIED
from odradek.broker.log.sync import SyncTicket

__all__ = [
    "NO_TOPIC_ID",
    "TRANSACTIONS_V1",
    "TRANSACTIONS_V2",
    "UNVERIFIED",
    "AppendResult",
    "CorruptFileError",
    "FileRecords",
    "Files",
    "LogConfig",
    "LogDirectory",
    "LogDirectoryError",
    "LogError",
    "LogOfflineError",
    "LogWriteError",
    "OffsetOutOfRange",
    "PartitionLog",
    "ReadResult",
    "SyncTicket",
    "TimestampOffset",
]
