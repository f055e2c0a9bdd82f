"""Counts that the broker keeps while it works, read when somebody asks for metrics.

Plain numbers, added to where the work is done; nothing here renders, serves or decides anything.
"""

from odradek.broker.meters.connection_meter import ConnectionMeter
from odradek.broker.meters.durations import QUANTILES, Durations
from odradek.broker.meters.request_meters import RequestMeters
from odradek.broker.meters.topic_meters import OTHER_TOPICS, TopicMeter, TopicMeters

__all__ = [
    "OTHER_TOPICS",
    "QUANTILES",
    "ConnectionMeter",
    "Durations",
    "RequestMeters",
    "TopicMeter",
    "TopicMeters",
]
