"""The demo's consumer group: a member reads, a second joins, the first leaves, lag is 0.

Invariants: who reads what, and how far, is asked of the broker as `odradek group describe` asks it,
not of the members. Records are read while the group rebalances; the members slow down only where
the topic would otherwise be at its end before the rebalance.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from confluent_kafka.admin import AdminClient

from odradek.cli.demo.lag_chart import LagChart
from odradek.cli.demo.member import Member, Reading
from odradek.cli.demo.report import Report
from odradek.cli.errors import CommandError
from odradek.cli.group.inspection import (
    committed_offsets,
    existing_group,
    find_group,
    read_lag,
)
from odradek.cli.output import Row

GROUP = "departures-board"
MEMBERS = ("board-1", "board-2")
BATCH_RECORDS_MAX = 1_000
STANDSTILL_MAX_S = 30.0
LOOK_INTERVAL_S = 0.1
LINES_OF_LAG = 12


class GroupResult(NamedTuple):
    """How the group has read the topic."""

    expected: int
    records: int
    repeated: int
    skipped: int
    offsets: list[Row]

    @property
    def differences(self) -> list[str]:
        """Everything that is not as it should be, in words; empty when all is well."""
        # What has no records has no committed offset either.
        behind = [r["partition"] for r in self.offsets if (r["committed"] or 0) != r["log_end"]]
        findings = [
            (
                self.records != self.expected,
                f"{self.records:,} records read instead of {self.expected:,}",
            ),
            (self.repeated > 0, f"{self.repeated:,} records read again"),
            (self.skipped > 0, f"{self.skipped:,} records skipped"),
            (bool(behind), f"committed offsets other than the ends of partitions {behind}"),
        ]
        return [f"group {GROUP}: {finding}" for is_so, finding in findings if is_so]


class View(NamedTuple):
    """The group at one moment, as the broker tells it."""

    lag: int
    owned: Mapping[str, list[int]] | None
    """The partitions of each member, by its client id; None while the group rebalances."""

    def count(self, member: Member) -> int:
        """How many partitions the member owns."""
        return len((self.owned or {}).get(member.name, ()))


class Onlooker:
    """Looks at the group from outside, and shows how its lag falls and who reads what."""

    def __init__(self, admin: AdminClient, chart: LagChart, total: int) -> None:
        self._chart = chart
        self._admin = admin
        self._total = total
        self._shown: View | None = None

    def watch_until(self, members: Sequence[Member], is_so: Callable[[View], bool]) -> None:
        """Show the group until it is so; CommandError when a member fails or nothing happens."""
        last, deadline_s = None, 0.0
        while not is_so(view := self.look()):
            if view != last:
                last, deadline_s = view, time.monotonic() + STANDSTILL_MAX_S
            self._show(view)
            for member in members:
                member.raise_error()
            if time.monotonic() > deadline_s:
                raise CommandError(f"group {GROUP} has stood still for {STANDSTILL_MAX_S:g} s")
            time.sleep(LOOK_INTERVAL_S)
        self._show(view)

    def look(self) -> View:
        """Ask the broker. What was never committed is still to be read from the beginning."""
        group = find_group(self._admin, GROUP)
        if group is None:
            return View(self._total, owned=None)
        committed = sum(committed_offsets(self._admin, GROUP).values())
        owned = {m.client_id: [each.partition for each in m.partitions] for m in group.members}
        return View(self._total - committed, owned if group.state == "Stable" else None)

    def _show(self, view: View) -> None:
        if self._shown is None or self._is_news(view, self._shown):
            self._chart.line(view.lag, view.owned)
            self._shown = view

    def _is_news(self, view: View, shown: View) -> bool:
        fallen = shown.lag - view.lag
        return (
            view.owned != shown.owned
            or fallen >= self._total / LINES_OF_LAG
            or (view.lag == 0 and fallen > 0)
        )


def read_in_group(
    report: Report, config: Mapping[str, Any], topic: str, *, partitions: int, records: int
) -> GroupResult:
    """Have two members read the topic, one after and one before the other, and see how it went."""
    admin = AdminClient(dict(config))
    chart = LagChart(report.console, total=records, members=MEMBERS, partitions=partitions)
    onlooker = Onlooker(admin, chart, records)
    reading = Reading(batch_records=max(1, min(BATCH_RECORDS_MAX, records // 100)))
    first, second = (Member(config, GROUP, topic, name, reading) for name in MEMBERS)
    report.step("group", f"{GROUP} reads {topic}; how far, and who owns which partition:")
    chart.heading()
    with ExitStack() as stack:
        reading.limit = records // 2
        first.join()
        stack.callback(first.leave)
        onlooker.watch_until([first], lambda view: view.lag <= records * 2 // 3)
        report.step("joins", f"{second.name}, while {first.name} goes on reading")
        second.join()
        stack.callback(second.leave)
        onlooker.watch_until([first, second], lambda view: 0 < view.count(second) < partitions)
        reading.limit = records * 5 // 6
        onlooker.watch_until([first, second], lambda view: view.lag <= records // 3)
        report.step("leaves", f"{first.name}, while {second.name} goes on reading")
        first.leave()
        onlooker.watch_until([first, second], lambda view: view.count(second) == partitions)
        reading.limit = records + 1
        onlooker.watch_until([second], lambda view: view.lag == 0)
        offsets = read_lag(admin, existing_group(admin, GROUP))
    return GroupResult(records, reading.records, reading.repeated, reading.skipped, offsets)
