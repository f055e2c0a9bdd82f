"""Whether the broker can be relied on just now, and if not, why."""

from enum import Enum

from odradek.broker.runtime import Broker

SHOWN_MAX = 3


class Phase(Enum):
    """Where the process is in its life; the value is what a client may be told."""

    LOADING = "the broker is loading its logs"
    SERVING = "ready"
    STOPPING = "the broker is stopping"


def find_fault(phase: Phase, broker: Broker) -> str | None:
    """Why clients should not be sent here; None when all is well."""
    if phase is not Phase.SERVING:
        return str(phase.value)
    offline = [partition.log for partition in broker.partitions if partition.log.is_offline]
    if not offline:
        return None
    first = offline[0]
    names = ", ".join(f"{log.topic}-{log.partition}" for log in offline[:SHOWN_MAX])
    more = f" and {len(offline) - SHOWN_MAX} more" if len(offline) > SHOWN_MAX else ""
    return f"offline partitions: {names}{more}; {first.offline_reason}"
