"""Draws the rows as bars: one panel a row, the median as the bar, each round as a dot."""

from pathlib import Path

import matplotlib

matplotlib.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes

from benchmarks.report import METRIC_NAMES, format_value
from benchmarks.results import Results
from benchmarks.rows import ROWS, SYSTEM_NAMES, SYSTEMS, Row

COLOURS = {"apache": "#8c8c8c", "odradek": "#2b6cb0", "odradek_disk": "#90bde8", "tansu": "#d9a441"}
COLUMNS = 6


def draw_plot(results: Results, file: Path) -> None:
    """Write the picture of `results` to `file`; rows that were not measured leave no panel."""
    panels = [
        (row, metric)
        for row in ROWS
        for metric in dict.fromkeys(criterion.metric for criterion in row.criteria)
        if row.name in results.samples
    ]
    lines = -(-len(panels) // COLUMNS)
    figure, axes = plt.subplots(
        lines, COLUMNS, figsize=(3.4 * COLUMNS, 2.8 * lines), squeeze=False, layout="constrained"
    )
    for axis, panel in zip(axes.flat, panels, strict=False):
        _draw_panel(axis, results, *panel)
    for axis in axes.flat[len(panels) :]:
        axis.set_visible(False)
    figure.savefig(file, dpi=110)
    plt.close(figure)


def _draw_panel(axis: Axes, results: Results, row: Row, metric: str) -> None:
    shown = [system for system in SYSTEMS if results.values(row.name, system, metric)]
    for position, system in enumerate(shown):
        height = results.median(row.name, system, metric)
        assert height is not None
        axis.bar(position, height, color=COLOURS[system], width=0.7)
        axis.annotate(format_value(height), (position, height), ha="right", va="bottom", fontsize=9)
        rounds = results.values(row.name, system, metric)
        axis.plot([position] * len(rounds), rounds, ".", color="black", markersize=4)
    axis.set_xticks(range(len(shown)), [SYSTEM_NAMES[system] for system in shown], fontsize=8)
    axis.set_title(f"{row.title}\n{METRIC_NAMES[metric]}", fontsize=8)
    axis.set_yticks([])
    axis.spines[["top", "right", "left"]].set_visible(False)
    axis.set_xlim(-0.6, len(SYSTEMS) - 0.4)
    axis.margins(y=0.15)
