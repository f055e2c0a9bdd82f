"""What one run of a load found, as the figures that the report shows.

`cpu_s` is always what the broker's process used meanwhile, all threads, user and system.
"""

from benchmarks.group_client import GroupTimes
from benchmarks.librdkafka_client import ClientResult
from benchmarks.load_generator import LoadResult
from benchmarks.loads import CompactionLoad
from benchmarks.results import Sample
from benchmarks.transactional_client import TransactionTimes


def sample_of_load(result: LoadResult, cpu_s: float) -> Sample:
    """Return the figures of one run of the loader; those by MB only where records were moved."""
    sample = {
        "requests_per_s": result.requests_per_s,
        "p50_us": result.p50_us,
        "p99_us": result.p99_us,
        "p99_9_us": result.p99_9_us,
        "cpu_us_per_request": cpu_s * 1e6 / result.requests,
        "loader_cpu_s": result.loader_cpu_s,
        "seconds": result.seconds,
    }
    if result.bytes:
        sample["mb_per_s"] = result.mb_per_s
        sample["cpu_ms_per_mb"] = cpu_s * 1e3 / (result.bytes / 1e6)
    return sample


def sample_of_client(result: ClientResult, cpu_s: float) -> Sample:
    """Return the figures of one real client."""
    megabytes = result.bytes / 1e6
    return {
        "mb_per_s": megabytes / result.seconds,
        "records_per_s": result.records / result.seconds,
        "cpu_ms_per_mb": cpu_s * 1e3 / megabytes,
        "seconds": result.seconds,
    }


def sample_of_transactions(times: TransactionTimes, cpu_s: float) -> Sample:
    """Return the figures of one transactional client."""
    return {
        "transactions_per_s": times.transactions / times.seconds,
        "records_per_s": times.records / times.seconds,
        "p50_us": times.p50_us,
        "p99_us": times.p99_us,
        "cpu_us_per_transaction": cpu_s * 1e6 / times.transactions,
        "seconds": times.seconds,
    }


def sample_of_cleaning(
    load: CompactionLoad, size_bytes: int, seconds: float, cpu_s: float
) -> Sample:
    """Return the figures of one cleaning; `size_bytes` are those of the log before."""
    return {
        "mb_per_s": size_bytes / 1e6 / seconds,
        "records_per_s": load.records / seconds,
        "cpu_ms_per_mb": cpu_s * 1e3 / (size_bytes / 1e6),
        "cleaning_s": seconds,
    }


def sample_of_group(times: GroupTimes, cpu_s: float) -> Sample:
    """Return the figures of one group's life."""
    return {"join_ms": times.join_ms, "leave_ms": times.leave_ms, "cpu_ms": cpu_s * 1e3}
