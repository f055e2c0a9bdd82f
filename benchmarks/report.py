"""Turns results into `broker.md`: the judged table, what stands behind it, how it was measured.

Pure: results and the previous page in, the new page out. The part between the two markers is
written by hand (where we lose, and why) and is carried over unchanged.
"""

from collections.abc import Iterable, Sequence

from benchmarks.comparison import WORSE_MAX, compare, ratio_of
from benchmarks.loads import ClientLoad, Load
from benchmarks.method import describe_method
from benchmarks.results import FULL_ROUNDS, Results
from benchmarks.rows import (
    APACHE,
    ODRADEK,
    ODRADEK_DISK,
    ROWS,
    SYSTEM_NAMES,
    SYSTEMS,
    TANSU,
    Criterion,
    Row,
)

NOTES_BEGIN = "<!-- written by hand: begin -->"
NOTES_END = "<!-- written by hand: end -->"
EMPTY_NOTES = "Nothing has been written here yet."

METRIC_NAMES = {
    "mb_per_s": "MB/s",
    "requests_per_s": "requests/s",
    "records_per_s": "records/s",
    "transactions_per_s": "transactions/s",
    "p50_us": "p50 µs",
    "p99_us": "p99 µs",
    "p99_9_us": "p99.9 µs",
    "cpu_ms_per_mb": "CPU ms/MB",
    "cpu_us_per_request": "CPU µs/request",
    "cpu_us_per_transaction": "CPU µs/transaction",
    "start_s": "s",
    "ready_s": "s until every partition answers",
    "join_ms": "ms, all join",
    "leave_ms": "ms, one leaves",
    "cpu_ms": "CPU ms",
    "cleaning_s": "s, the cleaning",
    "rss_idle_mb": "MB, idle",
    "rss_loaded_mb": "MB, after the load",
    "scan_gb_per_s": "GB/s",
    "restart_s": "s from the start to the right end offset",
}
DETAIL_METRICS = (
    "mb_per_s",
    "records_per_s",
    "requests_per_s",
    "p50_us",
    "p99_us",
    "p99_9_us",
    "cpu_ms_per_mb",
    "cpu_us_per_request",
)


def render_report(
    results: Results, previous_page: str, previous_results: Results | None = None
) -> str:
    """Return the page for `results`, with the hand-written part of `previous_page`.

    `previous_results` are those of the run that this one is to be compared with.
    """
    sections = [
        "# The broker beside Apache Kafka",
        _introduction(results),
        "## What must be reached",
        *_verdict_table(results),
        "![the rows as bars](broker.png)",
        "## Where we lose, and why",
        f"{NOTES_BEGIN}\n{notes_of(previous_page)}\n{NOTES_END}",
        "## Beside the run before",
        *_comparison_table(results, previous_results),
        "## The price of safety",
        *_safety_table(results),
        "## Every figure",
        *_detail_table(results),
        "## What else limited the rows",
        *_limits_table(results),
        "## Method",
        describe_method(results),
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
    if results.load_factor < 1 or results.rounds < FULL_ROUNDS or results.page_cache_fill_gb == 0:
        lines.append(
            "**This was a shortened run** (fewer rounds, less load, or no filled page cache): good "
            "for finding what changed, not for quoting."
        )
    return "\n\n".join(lines)


def _verdict_table(results: Results) -> Iterable[str]:
    header = ("row", "metric", "Apache Kafka", "odradek", "ratio", "must", "aim", "", "Tansu")
    gaps: list[str] = []
    rows = [
        [
            row.title if position == 0 else "",
            *_judge(results, row, criterion),
            _tansu_figure(results, row, criterion, gaps),
        ]
        for row in ROWS
        if row.name in results.samples
        for position, criterion in enumerate(row.criteria)
    ]
    yield _table(header, rows)
    if gaps:
        yield "Tansu is there for comparison and is not judged. It has no figure where:"
        yield "\n".join(f"{number}. {gap}." for number, gap in enumerate(gaps, 1))


def _judge(results: Results, row: Row, criterion: Criterion) -> list[str]:
    ours = results.median(row.name, ODRADEK, criterion.metric)
    ratio = ratio_of(results, row, criterion.metric)
    judged = ratio if criterion.against_apache else ours
    sign, unit = ("≥" if criterion.better == "higher" else "≤"), "x" * criterion.against_apache
    return [
        METRIC_NAMES[criterion.metric],
        format_value(results.median(row.name, APACHE, criterion.metric)),
        format_value(ours),
        "-" if ratio is None else f"{format_value(ratio)}x",
        f"{sign} {format_value(criterion.must)}{unit}",
        f"{sign} {format_value(criterion.aim)}{unit}",
        "not measured" if judged is None else criterion.verdict(judged),
    ]


def _tansu_figure(results: Results, row: Row, criterion: Criterion, gaps: list[str]) -> str:
    """The figure, or a dash with the number of the reason, which is added to `gaps`."""
    value = results.median(row.name, TANSU, criterion.metric)
    reason = results.gap(row.name, TANSU)
    if value is not None or reason is None:
        return format_value(value)
    if reason not in gaps:
        gaps.append(reason)
    return f"- ({gaps.index(reason) + 1})"


def _comparison_table(results: Results, previous: Results | None) -> Iterable[str]:
    changes = list(compare(previous, results)) if previous is not None else []
    if previous is None or not changes:
        return ["There is no earlier run to compare with."]
    text = (
        f"The ratios to Apache Kafka, beside those of {previous.recorded_at} "
        f"(`{previous.command}`); more than {WORSE_MAX - 1:.0%} worse is said to be so."
    )
    header = ("row", "metric", "ratio before", "ratio now", "worse by", "")
    rows = [
        [
            change.row.title,
            METRIC_NAMES[change.criterion.metric],
            f"{format_value(change.before)}x",
            f"{format_value(change.now)}x",
            f"{change.worse - 1:+.0%}",
            change.verdict,
        ]
        for change in changes
    ]
    return [text, _table(header, rows)]


def _safety_table(results: Results) -> Iterable[str]:
    header = ("row", "metric", "process, acks=1", "disk, acks=all", "disk / process")
    rows = []
    for row in ROWS:
        for metric in (*DETAIL_METRICS, "transactions_per_s"):
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
    measured = [row for row in ROWS if row.name in results.samples]
    load_rows = [row for row in measured if isinstance(row.load, Load | ClientLoad)]
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
    other_rows = [row for row in measured if row not in load_rows]
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
    if not values:
        return "-"
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
            *(format_value(limits.sink.get(m)) for m in ("mb_per_s", "requests_per_s", "p50_us")),
        ]
        for row in ROWS
        if (limits := results.limits.get(row.name)) is not None
    ]
    return [text, _table(header, rows)] if rows else ["Not measured in this run."]


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
