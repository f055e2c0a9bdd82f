"""The scenarios, a module for each area. A new module is named here."""

from tests.parity.scenarios import (
    cluster,
    commits,
    compaction,
    configs,
    fetch,
    groups,
    malformed,
    metadata,
    offsets,
    produce,
    quotas,
    replicas,
    restart,
    topics,
    transactions,
)

AREAS = (
    cluster,
    topics,
    metadata,
    configs,
    quotas,
    replicas,
    produce,
    fetch,
    offsets,
    groups,
    commits,
    compaction,
    transactions,
    malformed,
    restart,
)
