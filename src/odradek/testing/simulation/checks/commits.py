"""Committed offsets are kept.

lost commit         an OffsetFetch shows what a later acknowledged commit had replaced, or
                    nothing after an acknowledged commit
unknown commit      ... or an offset that nobody has committed
commit beyond log   an offset that the final log does not reach
zombie commit       a commit of a generation was taken although a later one had begun
"""

from collections import defaultdict
from collections.abc import Iterator

from odradek.testing.simulation.checks.anomaly import Anomaly
from odradek.testing.simulation.history import (
    Assigned,
    Commit,
    CommittedRead,
    History,
    Outcome,
    TopicPartition,
)

NOTHING = -1


def find_commit_anomalies(history: History) -> Iterator[Anomaly]:
    """All of them, over all groups."""
    commits: dict[tuple[str, TopicPartition], list[Commit]] = defaultdict(list)
    for commit in history.of(Commit):
        if commit.outcome is not Outcome.REFUSED:
            commits[commit.group, commit.partition].append(commit)
    for read in history.of(CommittedRead):
        yield from _misread(read, commits[read.group, read.partition])
        end = history.final[read.partition].high_watermark
        if read.offset > end:
            yield Anomaly(
                "commit beyond log",
                f"{read.group} has committed {read.offset} of {read.partition}, "
                f"which ends at {end}",
            )
    yield from _zombie_commits(history)


def _zombie_commits(history: History) -> Iterator[Anomaly]:
    assigned = history.of(Assigned)
    for commit in history.of(Commit):
        if not commit.is_done or commit.generation_id < 0:
            continue
        for later in assigned:
            is_later = later.generation_id > commit.generation_id
            if is_later and later.group == commit.group and later.ended_s < commit.begun_s:
                yield Anomaly(
                    "zombie commit",
                    f"{commit.client} committed {commit.offset} of {commit.partition} in "
                    f"generation {commit.generation_id}, after {later.generation_id} had begun",
                )
                break


def _misread(read: CommittedRead, commits: list[Commit]) -> Iterator[Anomaly]:
    before = [each for each in commits if each.is_done and each.ended_s < read.begun_s]
    facts = f"{read.client} was told {read.offset} for {read.group} and {read.partition}"
    if read.offset == NOTHING:
        if before:
            yield Anomaly("lost commit", f"{facts}, after {before[-1].offset} was committed")
        return
    sources = [
        each for each in commits if each.offset == read.offset and each.begun_s < read.ended_s
    ]
    if not sources:
        yield Anomaly("unknown commit", facts)
    elif all(any(later.begun_s > each.ended_s for later in before) for each in sources):
        yield Anomaly("lost commit", f"{facts}, after {before[-1].offset} was committed")
