"""What must hold of every history: pure functions from a history to the anomalies in it.

    writes.py        acknowledged records: lost, duplicated, out of order, offsets used twice
    reads.py         what readers saw on their way: gaps, aborted records, ends that went back
    tables.py        compaction: values lost, deleted early, come back, or never compacted
    transactions.py  all or nothing, cycles between transactions, exact copies
    commits.py       committed offsets: lost, taken back, beyond the log

The names are those of Jepsen's Kafka checker where it has one. `find_anomalies` runs them all.
"""

from odradek.testing.simulation.checks.anomaly import Anomaly
from odradek.testing.simulation.checks.commits import find_commit_anomalies
from odradek.testing.simulation.checks.reads import find_read_anomalies
from odradek.testing.simulation.checks.tables import find_table_anomalies
from odradek.testing.simulation.checks.transactions import find_transaction_anomalies
from odradek.testing.simulation.checks.writes import find_write_anomalies
from odradek.testing.simulation.history import History

__all__ = ["Anomaly", "find_anomalies"]


def find_anomalies(history: History) -> list[Anomaly]:
    """Everything that is wrong with a history; a sound broker has none.

    Without final logs there is nothing to compare with: then only what failed is told.
    """
    failures = [Anomaly("failure", each) for each in dict.fromkeys(history.failures)]
    if not history.final:
        return failures or [Anomaly("failure", "the final logs were never read")]
    return [
        *failures,
        *find_write_anomalies(history),
        *find_read_anomalies(history),
        *find_table_anomalies(history),
        *find_transaction_anomalies(history),
        *find_commit_anomalies(history),
    ]
