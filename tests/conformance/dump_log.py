"""Apache Kafka's DumpLogSegments as the judge of our files: what does it find wrong in a data dir?

Two passes, because the tool does one or the other to an index: compare each entry with the log, and
the sanity check that a starting broker runs. Logs are read record by record (deep iteration), so a
wrong CRC, a wrong count and a torn tail all show; snapshots are decoded.
"""

import itertools
import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from odradek.ops.cluster import LEAN_JVM, run_tool

TOOL = "org.apache.kafka.tools.DumpLogSegments"
FILES_PER_RUN = 500
TIMEOUT_S = 600
INDEX_SUFFIXES = {".index", ".timeindex"}
SUFFIXES = {".log", ".snapshot", ".txnindex"} | INDEX_SUFFIXES

COMPLAINTS = (
    "Mismatches in",
    "Index offset:",
    "Found timestamp mismatch",
    "Index timestamp:",
    "Found out of order timestamp",
    "Non-consecutive offsets",
    "is followed by",
    "invalid bytes at the end",
    "isvalid: false",
    "Exception",
    "Error",
)
HOLES_IN = "Non-consecutive offsets in "
_HOLE = re.compile(r" *-?\d+ is followed by \d+")
_FIRST_RECORD = re.compile(r" *-1 is followed by (\d+)")


def dump_log_problems(data_dir: Path, *, compacted: Collection[str] = ()) -> list[str]:
    """Return every complaint about the partition directories in `data_dir`; none means clean.

    Only the topics `compacted` may have holes between their offsets.
    """
    files = sorted(file for file in data_dir.glob("*-*/*") if file.suffix in SUFFIXES)
    if not files:
        return [f"no log files in {data_dir}"]
    indexes = [file for file in files if file.suffix in INDEX_SUFFIXES]
    compare = ("--deep-iteration", "--skip-record-metadata", "--verify-index-only")
    lines = [*_run(files, *compare), *_run(indexes, "--index-sanity-check")]
    return complaints(lines, compacted)


def _run(files: list[Path], *options: str) -> list[str]:
    """The lines that may be complaints."""
    lines: list[str] = []
    for start in range(0, len(files), FILES_PER_RUN):
        some = files[start : start + FILES_PER_RUN]
        result = run_tool(
            TOOL,
            *("--files", ",".join(map(str, some)), *options),
            jvm_options=(*LEAN_JVM, "-Dlog4j2.level=OFF"),
            timeout_s=TIMEOUT_S,
        )
        lines += (line for line in result.stdout.splitlines() if _complains(line))
        lines += (line for line in result.stderr.splitlines() if line.strip())
        if result.returncode != 0:
            lines.append(f"exit code {result.returncode}")
    return lines


def _complains(line: str) -> bool:
    return any(complaint in line for complaint in COMPLAINTS)


def complaints(lines: Iterable[str], compacted: Collection[str]) -> list[str]:
    """What is left of the tool's lines when those are taken away that are as they should be."""
    # First the holes: the remark takes away the line by which a file's holes are known.
    without_holes = _without_holes(lines, [f"/{topic}-" for topic in compacted])
    return list(_without_first_record_remark(list(without_holes)))


def _without_holes(lines: Iterable[str], places: Collection[str]) -> Iterator[str]:
    """Drop the holes in the files of places: a line names the file, those behind it the holes."""
    is_allowed = False
    for line in lines:
        if not _HOLE.match(line):
            is_allowed = line.startswith(HOLES_IN) and any(place in line for place in places)
        if not is_allowed:
            yield line


def _without_first_record_remark(lines: list[str]) -> Iterator[str]:
    """Drop what the tool says of every segment but the first: that offset -1 precedes its base."""
    skip = False
    for line, following in itertools.zip_longest(lines, lines[1:], fillvalue=""):
        first = _FIRST_RECORD.match(following)
        is_remark = first is not None and f"/{int(first[1]):020}.log" in line
        if not skip and not is_remark:
            yield line
        skip = is_remark
