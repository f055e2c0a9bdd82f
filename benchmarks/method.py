"""The text of `broker.md` that says how its figures came about."""

from benchmarks.cleanings import BACKOFF_MS, SEGMENT_BYTES
from benchmarks.loads import (
    COMMITTED_LOAD,
    FETCH_BYTES,
    GROUP_INITIAL_DELAY_MS,
    RECOVERED_LOAD,
    ClientLoad,
    CompactionLoad,
    GroupLoad,
    Load,
    PartitionsStart,
    TransactionLoad,
)
from benchmarks.results import Results
from benchmarks.rows import ROWS, Row
from benchmarks.starts import RECORDS_BEFORE_KILL, RECORDS_EACH
from benchmarks.tansu import REQUIREMENT, VERSION


def describe_method(results: Results) -> str:
    """Return the section for a run."""
    loads = "\n".join(f"- {row.title}: {_load_sentence(row)}." for row in ROWS if row.load)
    fill = (
        f"Before the run a file of {results.page_cache_fill_gb:.1f} GB was written and kept to its "
        "end, so that the host had already handed out the memory of the page cache."
        if results.page_cache_fill_gb
        else "The page cache was not filled beforehand."
    )
    recovered_gb = RECOVERED_LOAD.max_bytes * results.load_factor / 1e9
    return f"""\
Apache Kafka 4.3.1 runs as one KRaft node from its published jars with the options of its own start
script (`-Xmx1g -Xms1g`, G1) and its default settings; odradek as `python -m odradek broker
--durability process`, with Python's bytecode on disk as after an installation. On both,
`group.initial.rebalance.delay.ms` is {GROUP_INITIAL_DELAY_MS} instead of 3000, so that the row of \
the group does not measure
that pause. Both are up together with a third, odradek with `--durability disk`; each is loaded
alone, all are free to use every core, and the load runs beside them. {fill}

Tansu {VERSION} is the binary in `{REQUIREMENT}` with its memory engine. It keeps everything it is \
given
in memory, so every round gets a new process, warmed up with a tenth of the loader's load; nothing
it acknowledges is on a disk, or survives it. It has at most 3 rounds, and a round of more than 20 s
is not repeated.

Each broker is warmed up for {results.warm_up_s:g} s with the load of each row, checking the CRC
of what it gives back. Then each row runs {results.rounds} rounds (starts on 1,000 partitions at \
most 3), alternating
between the brokers; the table shows medians. Before each round everything is synced, and where the
round writes, as much memory is touched and freed: the host of a virtual machine takes back what is
free, and whoever writes next would pay for it. No data is deleted before
the end.

The loader is a C program (`benchmarks/loader/`): prebuilt Produce v9, Fetch v12 and OffsetCommit v8
frames with valid CRC32C and the current time, one poll loop, the error code and the order of every
reply checked; one wrong reply ends the whole run. It reads the header of every fetched batch and
lets the kernel throw the records away (`MSG_TRUNC`), so that the reader is not what is measured.
MB are 10^6 bytes of record batches, for the real clients of record values. CPU is the user and
system time of all threads of the broker's process during a round, from `/proc`.

{loads}
- start: from spawning the process on an empty, formatted data directory to the first ApiVersions
  reply, asked every millisecond. Formatting Apache's directory is not counted.
- memory: resident set of the process, before any topic exists and after the rows above it in the
  table.
- recovery: a new broker takes {recovered_gb:.2g} GB in 64 KiB batches into one partition and is
  killed with -9; the rate is the size of the log divided by the time from its restart to the first
  ListOffsets reply with the right end offset. Starting the process is part of that time, because
  what is left after taking it off is as small as its noise, so the scan itself is faster.
  The log is in the page cache. Apache Kafka is not compared here: its restart after a kill is
  dominated by waiting for its own registration to expire, not by its log."""


def _load_sentence(row: Row) -> str:
    load = row.load
    if isinstance(load, Load):
        return _loader_sentence(load)
    if isinstance(load, ClientLoad):
        return _client_sentence(load)
    if isinstance(load, GroupLoad):
        return (
            f"{load.members} bare connections join at once (JoinGroup v5 twice, SyncGroup v3), "
            f"the pause of {GROUP_INITIAL_DELAY_MS} ms included; then one leaves, and each of the "
            "others is told by a heartbeat it sends at once and joins again. The time ends when "
            "the last member has its assignment"
        )
    if isinstance(load, TransactionLoad):
        return _transactions_sentence(load)
    if isinstance(load, CompactionLoad):
        return _compaction_sentence(load)
    assert isinstance(load, PartitionsStart)
    return _partitions_sentence(load)


def _loader_sentence(load: Load) -> str:
    if load.mode == "fetch":
        return (
            f"one connection, one fetch of at most {FETCH_BYTES >> 20} MiB in flight, "
            "64 KiB batches of 1 KiB records"
        )
    shape = f"{load.connections} connection(s) with {load.in_flight} request(s) in flight each"
    if load.mode == "commit":
        return f"{shape}, a group without members for each, one partition a commit"
    size = f"batches of at most {load.batch_bytes:,} bytes" if load.batch_bytes else "one record"
    idle = (
        f"; {load.idle_connections} more have asked for ApiVersions once and stay open"
        if load.idle_connections
        else ""
    )
    return f"{shape}, {size}, records of {load.value_bytes} bytes{idle}"


def _client_sentence(load: ClientLoad) -> str:
    what = f"{load.records:,} records of {load.value_bytes} bytes"
    if load.mode == "consume_committed":
        return (
            f"{what}, read_committed, in transactions of {COMMITTED_LOAD.records:,}, each "
            f"{COMMITTED_LOAD.abort_every}th of them aborted; confluent-kafka without a group"
        )
    if load.mode == "consume":
        reader = "confluent-kafka without a group" if load.client == "librdkafka" else "in a group"
        return f"{what}, the 64 KiB batches of the bare row, {reader}, from the first record on"
    name = "confluent-kafka" if load.client == "librdkafka" else "Apache's tool"
    return f"{name}, {what} to one partition, linger 5 ms, acks=1, not compressed"


def _transactions_sentence(load: TransactionLoad) -> str:
    times = f"{load.transactions:,} transactions, one after the other, each"
    if load.mode == "copy":
        return (
            f"confluent-kafka; {times} reads {load.records} records of the topic of the readers, "
            "writes them to another and commits its position with send_offsets_to_transaction"
        )
    return f"confluent-kafka; {times} of {load.records} records of {load.value_bytes} bytes"


def _compaction_sentence(load: CompactionLoad) -> str:
    sizes = (
        f"{load.value_bytes // 2} to {load.value_bytes * 3 // 2}"
        if load.of_many_sizes
        else f"{load.value_bytes}"
    )
    log = (
        f"{load.records:,} records in batches of librdkafka, values of {sizes} bytes, "
        f"{load.keys:,} keys at random, in segments of {SEGMENT_BYTES >> 20} MiB"
    )
    if load.beside is not None:
        produced = _loader_sentence(load.beside)
        return f"{produced}, for {load.beside.seconds:g} s; meanwhile {log}, are cleaned"
    return (
        f"{log}; from the answer that cleanup.policy is compact until the checkpoint of the "
        f"cleaner names the topic, with a backoff of {BACKOFF_MS} ms. Both have one cleaner thread "
        "and 128 MiB for keys; odradek's process of a cleaning counts with its broker"
    )


def _partitions_sentence(load: PartitionsStart) -> str:
    start = (
        "from spawning the process until a ListOffsets of all partitions, asked every 10 ms, is "
        "answered by their leader with the right ends"
    )
    if load.after == "stop":
        return f"{RECORDS_EACH} batches of 1 KiB in each partition, stopped with SIGTERM; {start}"
    return (
        f"the same, but before each start the broker is started, takes {RECORDS_BEFORE_KILL} more "
        "batches in each partition and is killed with -9. Apache's time contains the wait until "
        "its registration of before has expired (broker.session.timeout.ms, 9 s); its users wait "
        "for that too"
    )
