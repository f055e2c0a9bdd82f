"""Turns results into `broker.md`: the judged table, what stands behind it, how it was measured.

Pure: results and the previous page in, the new page out. The part between the two markers is
written by hand (where we lose, and why) and is carried over unchanged.
"""

from collections.abc import Iterable, Sequence

from benchmarks.results import Results
from benchmarks.rows import (
    APACHE,
    ODRADEK,
    ODRADEK_DISK,
    RECOVERED_LOAD,
    ROWS,
    SYSTEM_NAMES,
    SYSTEMS,
    Criterion,
    Row,
)

NOTES_BEGIN = "<!-- written by hand: begin -->"
NOTES_END = "<!-- written by hand: end -->"
EMPTY_NOTES = "Nothing has been written here yet."

METRIC_NAMES = {
    "mb_per_s": "MB/s",
    "requests_per_s": "requests/s",
    "p50_us": "p50 µs",
    "p99_us": "p99 µs",
    "p99_9_us": "p99.9 µs",
    "cpu_ms_per_mb": "CPU ms/MB",
    "cpu_us_per_request": "CPU µs/request",
    "start_s": "s",
    "rss_idle_mb": "MB, idle",
    "rss_loaded_mb": "MB, after the load",
    "scan_gb_per_s": "GB/s",
    "restart_s": "s from the start to the right end offset",
}
DETAIL_METRICS = (
    "mb_per_s",
    "requests_per_s",
    "p50_us",
    "p99_us",
    "p99_9_us",
    "cpu_ms_per_mb",
    "cpu_us_per_request",
)


def render_report(results: Results, previous_page: str) -> str:
    """Return the page for `results`, with the hand-written part of `previous_page`."""
    sections = [
        "# The broker beside Apache Kafka",
        _introduction(results),
        "## What must be reached",
        *_verdict_table(results),
        "![the rows as bars](broker.png)",
        "## Where we lose, and why",
        f"{NOTES_BEGIN}\n{notes_of(previous_page)}\n{NOTES_END}",
        "## The price of safety",
        *_safety_table(results),
        "## Every figure",
        *_detail_table(results),
        "## What else limited the rows",
        *_limits_table(results),
        "## Method",
        _method(results),
        "## Machine",
        _machine(results),
    ]
    return "\n\n".join(sections) + "\n"


def notes_of(page: str) -> str:
    """Return the hand-written part of an earlier page."""
    _, begin, rest = page.partition(NOTES_BEGIN)
    notes, end, _ = rest.partition(NOTES_END)
    return notes.strip() if begin and end else EMPTY_NOTES


def format_value(value: float | None) -> str:
    """Return three significant digits, without an exponent; a dash for what was not measured."""
    if value is None:
        return "-"
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _introduction(results: Results) -> str:
    lines = [
        f"Written by `{results.command}` on {results.recorded_at}: medians of {results.rounds} "
        f"round(s). Do not edit, except between the markers. The raw figures are in "
        "[broker.json](broker.json)."
    ]
    if results.load_factor < 1 or results.rounds < 5 or results.page_cache_fill_gb == 0:
        lines.append(
            "**This was a shortened run** (fewer rounds, less load, or no filled page cache): good "
            "for finding what changed, not for quoting."
        )
    return "\n\n".join(lines)


def _verdict_table(results: Results) -> Iterable[str]:
    header = ("row", "metric", "Apache Kafka", "odradek", "ratio", "must", "aim", "")
    rows = [
        [row.title if first else "", *_judge(results, row, criterion)]
        for row in ROWS
        if row.name in results.samples
        for first, criterion in zip((True, False, False), row.criteria, strict=False)
    ]
    return [_table(header, rows)]


def _judge(results: Results, row: Row, criterion: Criterion) -> list[str]:
    apache = results.median(row.name, APACHE, criterion.metric)
    ours = results.median(row.name, ODRADEK, criterion.metric)
    ratio = ours / apache if ours is not None and apache else None
    judged = ratio if criterion.against_apache else ours
    sign, unit = ("≥" if criterion.better == "higher" else "≤"), "x" * criterion.against_apache
    return [
        METRIC_NAMES[criterion.metric],
        format_value(apache),
        format_value(ours),
        "-" if ratio is None else f"{format_value(ratio)}x",
        f"{sign} {format_value(criterion.must)}{unit}",
        f"{sign} {format_value(criterion.aim)}{unit}",
        "not measured" if judged is None else criterion.verdict(judged),
    ]


def _safety_table(results: Results) -> Iterable[str]:
    header = ("row", "metric", "process, acks=1", "disk, acks=all", "disk / process")
    rows = []
    for row in ROWS:
        for metric in DETAIL_METRICS:
            process = results.median(row.name, ODRADEK, metric)
            disk = results.median(row.name, ODRADEK_DISK, metric)
            if process and disk is not None:
                values = [format_value(process), format_value(disk)]
                ratio = f"{format_value(disk / process)}x"
                rows.append([row.title, METRIC_NAMES[metric], *values, ratio])
    if not rows:
        return ["Not measured in this run."]
    text = (
        "Apache Kafka on one node acknowledges from memory, with any acks; so does odradek with "
        "durability `process`, and that is what the table above compares. With `disk`, odradek's "
        "default, acks=all is answered only after the disk has the data (one `fdatasync` for "
        "everything that arrived meanwhile). This is what that costs; Apache Kafka offers nothing "
        "to compare it with on one node."
    )
    return [text, _table(header, rows)]


def _detail_table(results: Results) -> Iterable[str]:
    yield "Median, and the smallest and largest of the rounds."
    load_rows = [row for row in ROWS if row.load is not None and row.name in results.samples]
    metrics = [METRIC_NAMES[metric] for metric in DETAIL_METRICS]
    yield _table(
        ("row", "broker", *metrics),
        [
            [row.title, SYSTEM_NAMES[system]]
            + [_with_range(results.values(row.name, system, metric)) for metric in DETAIL_METRICS]
            for row in load_rows
            for system in SYSTEMS
            if system in results.samples[row.name]
        ],
    )
    other_rows = [row for row in ROWS if row.load is None and row.name in results.samples]
    figures = [
        [row.title, SYSTEM_NAMES[system], METRIC_NAMES[metric], _with_range(values)]
        for row in other_rows
        for system in SYSTEMS
        for metric in METRIC_NAMES
        if (values := results.values(row.name, system, metric))
    ]
    if figures:
        yield _table(("row", "broker", "metric", "figure"), figures)


def _with_range(values: Sequence[float]) -> str:
    middle = sorted(values)[len(values) // 2] if len(values) % 2 else sum(values) / len(values)
    if len(values) == 1:
        return format_value(middle)
    return f"{format_value(middle)} ({format_value(min(values))}-{format_value(max(values))})"


def _limits_table(results: Results) -> Iterable[str]:
    text = (
        "Measured in the same minute as the row: `dd` writing a new file (to the page cache; to "
        "the disk with one sync at the end), and the loader against a sink that answers canned "
        "replies and does nothing else."
    )
    header = ("row", "dd MB/s", "dd to disk MB/s", "loader MB/s", "loader requests/s", "p50 µs")
    rows = [
        [
            row.title,
            format_value(limits.dd_page_cache_mb_per_s),
            format_value(limits.dd_disk_mb_per_s),
            *(format_value(limits.sink[m]) for m in ("mb_per_s", "requests_per_s", "p50_us")),
        ]
        for row in ROWS
        if (limits := results.limits.get(row.name)) is not None
    ]
    return [text, _table(header, rows)] if rows else ["Not measured in this run."]


def _method(results: Results) -> str:
    loads = "\n".join(
        f"- {row.title}: {_load_sentence(row)}" for row in ROWS if row.load is not None
    )
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
--durability process`, with Python's bytecode on disk as after an installation. Both are up together
with a third, odradek with `--durability disk`; each is loaded alone, all are free to use every
core, and the loader runs beside them. {fill}

Each broker is warmed up for {results.warm_up_s:g} s with the loads of all rows, checking the CRC
of what it gives back. Then each row runs {results.rounds} rounds, alternating between the brokers,
each round after a `sync`; the table shows medians. No data is deleted before the end.

The loader is a C program (`benchmarks/loader/`): prebuilt Produce v9 and Fetch v12 frames with
valid CRC32C and the current time, one poll loop, the error code and the order of every reply
checked; one wrong reply ends the whole run. MB are 10^6 bytes of record batches. CPU is the user
and system time of all threads of the broker's process during a round, from `/proc`.

{loads}
- start: from spawning the process on an empty, formatted data directory to the first ApiVersions
  reply, asked every millisecond. Formatting Apache's directory is not counted.
- memory: resident set of the process, before any topic exists and after all rows that load it.
- recovery: a new broker takes {recovered_gb:.2g} GB in 64 KiB batches into one partition and is
  killed with -9; the rate is the size of the log divided by the time from its restart to the first
  ListOffsets reply with the right end offset. Starting the process is part of that time, because
  what is left after taking it off is as small as its noise, so the scan itself is faster.
  The log is in the page cache. Apache Kafka is not compared here: its restart after a kill is
  dominated by waiting for its own registration to expire, not by its log."""


def _load_sentence(row: Row) -> str:
    load = row.load
    assert load is not None
    if load.mode == "fetch":
        return (
            "one connection, one fetch of at most 1 MiB in flight, 64 KiB batches of 1 KiB records"
        )
    size = f"batches of at most {load.batch_bytes:,} bytes" if load.batch_bytes else "one record"
    return (
        f"{load.connections} connection(s) with {load.in_flight} request(s) in flight each, "
        f"{size}, records of {load.value_bytes} bytes"
    )


def _machine(results: Results) -> str:
    machine = results.machine
    return (
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gb:g} GB, Linux {machine.kernel}, "
        f"{machine.file_system}; Python {machine.python}; {machine.java}. The run took "
        f"{results.duration_s / 60:.0f} minutes."
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
