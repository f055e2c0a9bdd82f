"""Every metric the broker has, by theme: what `/metrics` serves and what the reference lists."""

from odradek.broker.monitoring import cluster, process, requests, topics
from odradek.broker.monitoring.family import Family, Theme

THEMES: tuple[Theme, ...] = (
    *topics.THEMES,
    *requests.THEMES,
    *cluster.THEMES,
    *process.THEMES,
)

FAMILIES: tuple[Family, ...] = tuple(family for theme in THEMES for family in theme.families)
