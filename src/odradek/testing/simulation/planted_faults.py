"""Deliberate faults in the broker, each a way to break one promise: that is how we know that the
checks can fail.

A fault replaces a method of the broker's while a `with planted(fault)` block runs; nothing of the
broker knows about it. `tests/simulation` runs every fault until a schedule catches it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from enum import Enum
from typing import Any
from unittest.mock import patch

import msgspec

from odradek.broker import log_cleaner
from odradek.broker.controller import Controller
from odradek.broker.coordinators.offsets_topic import OffsetsTopic
from odradek.broker.coordinators.transaction_coordinator import TransactionCoordinator
from odradek.broker.coordinators.transaction_markers import MarkerWriter
from odradek.broker.data_path.delayed_produce import DelayedProduce
from odradek.broker.groups import offsets as offset_rules
from odradek.broker.groups.records import OffsetRecord
from odradek.broker.groups.transactional_offsets import TransactionalOffsets
from odradek.broker.log import compaction, recovery
from odradek.broker.log.cleaner.batch_filter import BatchFilter
from odradek.broker.log.cleaner.offset_map import OffsetMap
from odradek.broker.log.cleaner.segment_files import CleanedSegment
from odradek.broker.log.partition_log import PartitionLog
from odradek.broker.log.producer_state import ProducerBatch, ProducerStateManager, SequenceProblem
from odradek.broker.log.sync import SyncTicket
from odradek.broker.log.transaction_index import TransactionIndex
from odradek.broker.transactions.transactions import Transactions
from odradek.protocol.errors import ErrorCode
from odradek.testing.simulation import cleaner_faults

Method = Callable[..., Any]
Replacement = tuple[type | Any, str, Callable[[Method], Any]]
"""A class or module, the name in it, and what to make of what is there."""


class PlantedFault(Enum):
    """The promise that is broken."""

    FORGET_THE_SYNC = "a sync reports success without syncing"
    ACKNOWLEDGE_EARLY = "acks=all is answered before the disk has the records"
    HIGH_WATERMARK_BEYOND_THE_DISK = "readers see what is not synced yet"
    APPEND_DUPLICATES = "a batch that was retried is appended again"
    SKIP_THE_SEQUENCE_CHECK = "no sequence is looked at"
    SKIP_THE_FENCE = "neither log nor coordinator mind an old producer epoch"
    REUSE_PRODUCER_IDS = "after a start producer ids begin from the first again"
    SHOW_UNDECIDED = "read_committed reads up to the high watermark"
    DROP_ABORTED_ENTRIES = "no transaction enters the aborted index"
    FORGET_ABORTED_IN_ANSWERS = "answers do not say which transactions were aborted"
    IGNORE_COMMIT_MARKERS = "a log aborts what a marker commits"
    COMMIT_ABORTED = "abort is stored as commit"
    LOSE_MARKERS = "one partition of each transaction gets no marker"
    FORGET_DECISIONS = "decided transactions are not finished after a start"
    LOSE_COMMITTED_OFFSETS = "a start does not read the last offsets that were committed"
    KEEP_ABORTED_OFFSETS = "offsets of an aborted transaction count"
    DROP_TRANSACTIONAL_OFFSETS = "offsets of a committed transaction do not count"
    TRUST_ANY_GENERATION = "a commit of a member whose generation is over is taken"
    SKIP_A_BATCH = "a fetch leaves its first batch out"
    COMPACT_UNDECIDED = "the cleaner goes past the last stable offset"
    COMPACT_ABORTED = "the cleaner forgets which transactions were aborted"
    COMPACT_THE_LATEST = "the cleaner drops the latest record of some key"
    RENUMBER = "the cleaner closes holes between offsets"
    DROP_TOMBSTONES_EARLY = "the cleaner does not wait for the delete horizon"
    KEEP_TOMBSTONES = "tombstones have no delete horizon"
    SWAP_BEFORE_DURABLE = "cleaned segments change places before the disk has them"
    FORGET_REPLACEMENTS = "a start does not finish a change of segments"


@contextmanager
def planted(fault: PlantedFault | None) -> Iterator[None]:
    """The broker has the fault in this block, in this process; None: it is sound."""
    with ExitStack() as stack:
        for owner, name, make in FAULTS[fault] if fault is not None else ():
            stack.enter_context(patch.object(owner, name, make(getattr(owner, name))))
        yield


def _run_without_sync(original: Method) -> Method:
    def run(ticket: SyncTicket) -> None:
        ticket.release()
        ticket.is_synced = True

    return run


def _wait_for_nothing(original: Method) -> Method:
    return lambda produce, answer: None


def _show_written(original: Method) -> Method:
    def write_staged(log: PartitionLog) -> None:
        original(log)
        log.advance_high_watermark(log.written_end_offset)

    return write_staged


def _check_unless(is_forgiven: Callable[[ProducerBatch | SequenceProblem], bool]) -> Any:
    def make(original: Method) -> Method:
        def check(states: ProducerStateManager, *arguments: Any) -> object:
            verdict = original(states, *arguments)
            return None if verdict is not None and is_forgiven(verdict) else verdict

        return check

    return make


def _is_sequence(verdict: ProducerBatch | SequenceProblem) -> bool:
    return (
        isinstance(verdict, ProducerBatch)
        or verdict.error is ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER
    )


def _is_old_epoch(verdict: ProducerBatch | SequenceProblem) -> bool:
    return (
        isinstance(verdict, SequenceProblem) and verdict.error is ErrorCode.INVALID_PRODUCER_EPOCH
    )


def _find_whoever_asks(original: Method) -> Method:
    def find(transactions: Transactions, transactional_id: str, identity: object) -> object:
        found = original(transactions, transactional_id, identity)
        is_fenced = found in (ErrorCode.PRODUCER_FENCED, ErrorCode.INVALID_PRODUCER_EPOCH)
        return transactions.get(transactional_id) if is_fenced else found

    return find


def _believe_the_epoch(original: Method) -> Method:
    def decide_end(transactions: Transactions, request: Any, token: object, now_ms: int) -> object:
        current = transactions.get(request.transactional_id)
        if current is not None and not request.raises_epoch:
            identity = msgspec.structs.replace(
                request.identity, producer_epoch=current.producer_epoch
            )
            request = msgspec.structs.replace(request, identity=identity)
        return original(transactions, request, token, now_ms)

    return decide_end


def _count_from_zero(original: Method) -> Method:
    def allocate(controller: Controller) -> int:
        given = getattr(controller, "_given", 0)
        controller._given = given + 1  # type: ignore[attr-defined] # a mark of this fault alone
        return given

    return allocate


def _high_watermark(original: Method) -> property:
    return property(lambda log: log.high_watermark)


def _forget_entry(original: Method) -> Method:
    return lambda index, aborted: None


def _no_list(original: Method) -> Method:
    return lambda log, offset, end_offset: []


def _inverted_marker(original: Method) -> Method:
    def end_transaction(
        states: ProducerStateManager, header: Any, marker: Any, offset: int
    ) -> object:
        aborting = msgspec.structs.replace(marker, is_commit=False)
        return original(states, header, aborting, offset)

    return end_transaction


def _always_commit(original: Method) -> Method:
    def decide_end(transactions: Transactions, request: Any, token: object, now_ms: int) -> object:
        return original(
            transactions, msgspec.structs.replace(request, is_commit=True), token, now_ms
        )

    return decide_end


def _all_but_one(original: Method) -> Method:
    def write(
        markers: MarkerWriter, end: object, partitions: Any, on_done: Callable[[Any], None]
    ) -> None:
        original(markers, end, sorted(partitions)[1:], on_done)

    return write


def _finish_nothing(original: Method) -> Method:
    return lambda coordinator: None


def _without_last(original: Method) -> Method:
    def replay(topic: OffsetsTopic, take_record: Method, take_marker: Method) -> None:
        taken: list[tuple[Any, ...]] = []
        original(topic, lambda *each: taken.append(each), take_marker)
        is_offset = [isinstance(each[2], OffsetRecord) for each in taken]
        for each, is_lost in zip(taken, _last_true(is_offset), strict=True):
            if not is_lost:
                take_record(*each)

    return replay


def _last_true(flags: Sequence[bool]) -> list[bool]:
    last = max((place for place, flag in enumerate(flags) if flag), default=-1)
    return [place == last for place in range(len(flags))]


def _end_as(is_commit: bool) -> Any:
    def make(original: Method) -> Method:
        def end(offsets: TransactionalOffsets, place: object, **arguments: bool) -> object:
            return original(offsets, place, is_commit=is_commit)

        return end

    return make


def _no_fault(original: Method) -> Method:
    return lambda *arguments, **more: ErrorCode.NONE


def _behind_first_batch(original: Method) -> Method:
    def fetch(log: PartitionLog, offset: int, max_bytes: int, **more: Any) -> object:
        records, next_offset = original(log, offset, max_bytes, **more)
        size = int.from_bytes(bytes(records)[8:12], "big") + 12
        return (bytes(records)[size:] or records) if records else records, next_offset

    return fetch


FAULTS: dict[PlantedFault, Sequence[Replacement]] = {
    PlantedFault.FORGET_THE_SYNC: [(SyncTicket, "run", _run_without_sync)],
    PlantedFault.ACKNOWLEDGE_EARLY: [(DelayedProduce, "wait_for", _wait_for_nothing)],
    PlantedFault.HIGH_WATERMARK_BEYOND_THE_DISK: [(PartitionLog, "write_staged", _show_written)],
    PlantedFault.APPEND_DUPLICATES: [
        (
            ProducerStateManager,
            "check",
            _check_unless(lambda verdict: isinstance(verdict, ProducerBatch)),
        )
    ],
    PlantedFault.SKIP_THE_SEQUENCE_CHECK: [
        (ProducerStateManager, "check", _check_unless(_is_sequence))
    ],
    PlantedFault.SKIP_THE_FENCE: [
        (ProducerStateManager, "check", _check_unless(_is_old_epoch)),
        (Transactions, "_find", _find_whoever_asks),
        (Transactions, "decide_end", _believe_the_epoch),
    ],
    PlantedFault.REUSE_PRODUCER_IDS: [(Controller, "allocate_producer_id", _count_from_zero)],
    PlantedFault.SHOW_UNDECIDED: [(PartitionLog, "last_stable_offset", _high_watermark)],
    PlantedFault.DROP_ABORTED_ENTRIES: [(TransactionIndex, "append", _forget_entry)],
    PlantedFault.FORGET_ABORTED_IN_ANSWERS: [(PartitionLog, "aborted_transactions", _no_list)],
    PlantedFault.IGNORE_COMMIT_MARKERS: [
        (ProducerStateManager, "end_transaction", _inverted_marker)
    ],
    PlantedFault.COMMIT_ABORTED: [(Transactions, "decide_end", _always_commit)],
    PlantedFault.LOSE_MARKERS: [(MarkerWriter, "write", _all_but_one)],
    PlantedFault.FORGET_DECISIONS: [(TransactionCoordinator, "finish_decided", _finish_nothing)],
    PlantedFault.LOSE_COMMITTED_OFFSETS: [(OffsetsTopic, "replay", _without_last)],
    PlantedFault.KEEP_ABORTED_OFFSETS: [(TransactionalOffsets, "end", _end_as(True))],
    PlantedFault.DROP_TRANSACTIONAL_OFFSETS: [(TransactionalOffsets, "end", _end_as(False))],
    PlantedFault.TRUST_ANY_GENERATION: [(offset_rules, "find_commit_fault", _no_fault)],
    PlantedFault.SKIP_A_BATCH: [(PartitionLog, "fetch", _behind_first_batch)],
    PlantedFault.COMPACT_UNDECIDED: [
        (compaction, "find_cleanable", cleaner_faults.without_limit),
        (log_cleaner, "take_over", cleaner_faults.relying_on_nothing),
    ],
    PlantedFault.COMPACT_ABORTED: [(log_cleaner, "cleaning_job", cleaner_faults.without_aborted)],
    PlantedFault.COMPACT_THE_LATEST: [(OffsetMap, "latest_between", cleaner_faults.without_newest)],
    PlantedFault.RENUMBER: [(BatchFilter, "keep", cleaner_faults.moving_up)],
    PlantedFault.DROP_TOMBSTONES_EARLY: [(BatchFilter, "_is_past_horizon", cleaner_faults.always)],
    PlantedFault.KEEP_TOMBSTONES: [(BatchFilter, "_is_past_horizon", cleaner_faults.never)],
    PlantedFault.SWAP_BEFORE_DURABLE: [(CleanedSegment, "finish", cleaner_faults.without_sync)],
    PlantedFault.FORGET_REPLACEMENTS: [(recovery, "finish_replacements", cleaner_faults.never)],
}
"""How each of them is planted."""
