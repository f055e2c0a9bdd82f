"""Draws a report: what each promise costs for every size, and what it lost.

Needs matplotlib (the extra `bench`). On one broker the picture says that acks=all waits for nobody.
"""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from odradek.ops.benchmark.results import Report, Row
from odradek.ops.benchmark.summary import best_rows, one_broker_note

COLOURS = {"0": "#d9a441", "1": "#8c8c8c", "all": "#90bde8", "all, idempotent": "#2b6cb0"}
PANELS = (
    ("throughput, MB/s", lambda row: row.mb_per_s),
    ("p50 at half of it, ms", lambda row: row.latencies.p50_ms),
    ("p99 at half of it, ms", lambda row: row.latencies.p99_ms),
    ("client CPU, s per million", lambda row: row.client_cpu_s_per_million),
)
COLUMNS = 3


def draw(report: Report, file: Path) -> None:
    """Write the picture as PNG."""
    rows = best_rows(report.rows)
    figure, axes = plt.subplots(2, COLUMNS, figsize=(3.4 * COLUMNS, 6), layout="constrained")
    for axis, (title, value) in zip(axes.flat, PANELS, strict=False):
        _draw_bars(axis, title, rows, value)
    if report.losses:
        _draw_losses(axes.flat[len(PANELS)], report)
    for axis in axes.flat[len(PANELS) + bool(report.losses) :]:
        axis.set_visible(False)
    note = one_broker_note(report)
    brokers = f"{report.brokers} broker{'s' * (report.brokers != 1)}"
    figure.suptitle(f"What acks cost: {brokers}{f'. {note}' if note else ''}", fontsize=9)
    handles, labels = axes.flat[0].get_legend_handles_labels()
    figure.legend(
        handles, labels, title="acks", loc="outside lower center", ncols=len(labels), fontsize=8
    )
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _draw_bars(axis: Axes, title: str, rows: list[Row], value: object) -> None:
    assert callable(value)  # noqa: S101 - one of PANELS
    sizes = sorted({row.cell.size_bytes for row in rows})
    promises = [each for each in COLOURS if any(row.cell.promise == each for row in rows)]
    width = 0.8 / max(1, len(promises))
    for place, promise in enumerate(promises):
        shown = {row.cell.size_bytes: value(row) for row in rows if row.cell.promise == promise}
        positions = [index + place * width for index, size in enumerate(sizes) if size in shown]
        heights = [shown[size] for size in sizes if size in shown]
        bars = axis.bar(positions, heights, width, color=COLOURS[promise], label=promise)
        axis.bar_label(bars, fmt="%.3g", fontsize=7)
    middle = width * (len(promises) - 1) / 2
    axis.set_xticks(
        [index + middle for index in range(len(sizes))], [f"{size} B" for size in sizes]
    )
    _tidy(axis, title)


def _draw_losses(axis: Axes, report: Report) -> None:
    names = [loss.promise for loss in report.losses]
    heights = [loss.lost_records for loss in report.losses]
    bars = axis.bar(range(len(names)), heights, color=[COLOURS[name] for name in names])
    axis.bar_label(bars, fmt="{:,.0f}", fontsize=7)
    axis.set_xticks(range(len(names)), [name.replace(", ", ",\n") for name in names], fontsize=7)
    # Each kill is under producers of all kinds.
    kills = max(loss.kills for loss in report.losses)
    _tidy(axis, f"acknowledged but lost, {kills} leader{'s' * (kills != 1)} killed")


def _tidy(axis: Axes, title: str) -> None:
    axis.set_title(title, fontsize=8)
    axis.set_yticks([])
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.margins(y=0.15)
