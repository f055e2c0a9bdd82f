"""A pipeline that is killed, or loses its power, at every operation on the disk: never half.

Each transaction writes one number into two partitions and commits how far it has read. Whatever
happened, after the next start a number is visible in both partitions or in neither, the committed
position says exactly which, what was acknowledged is there, and nothing hangs.
"""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from odradek.protocol.declaration import Request, Response
from odradek.protocol.errors import ErrorCode
from odradek.testing.faulty_files import Fault, FaultyFiles, SimulatedCrash
from tests.broker.harness import Harness
from tests.transactional import (
    V1_COMMIT_OFFSETS,
    V1_END,
    V1_PRODUCE,
    Producer,
    committed,
    described,
    fetched,
    visible,
)

SETTINGS = (
    "transaction.state.log.num.partitions=1",
    "offsets.topic.num.partitions=1",
    "log.segment.bytes=1048576",
)
TOPIC, GROUP, ID = "out", "group", "pipeline"
PARTITIONS = (0, 1)
TRANSACTIONS = 3
EVERY = 9
"""One operation in so many is crashed at in an ordinary run, others in the next."""
ABORTED = 1
"""Every pipeline aborts its second attempt once, and does it again."""


class Pipeline:
    """Copies numbers, as a consume-transform-produce program does, and remembers its successes."""

    def __init__(self, harness: Harness, files: FaultyFiles | None, version: int) -> None:
        self._harness = harness
        self._files = files
        self._version = version
        self.acknowledged = 0
        self.producer = Producer(self.ask, ID)

    def ask(self, request: Request, response_type: type[Response], version: int) -> Any:
        """What arrives after the crash has never arrived."""
        asked = self._harness.start(request, version)
        while not self._is_dead and asked.is_pending:
            self._harness.loop.run_until_complete(asyncio.sleep(0))
        if self._is_dead:
            raise SimulatedCrash
        return asked.answer()

    @property
    def _is_dead(self) -> bool:
        return self._files is not None and self._files.is_dead

    def run(self, first: int = 0) -> None:
        assert self._init() == ErrorCode.NONE
        for number in range(first, TRANSACTIONS):
            if number == ABORTED:
                self._copy(number, is_commit=False)
            self._copy(number, is_commit=True)
            self.acknowledged = number + 1

    def _init(self) -> int:
        while (error := self.producer.init()) == ErrorCode.CONCURRENT_TRANSACTIONS:
            self.settle()
        return error

    def _copy(self, number: int, *, is_commit: bool) -> None:
        producer, is_v2 = self.producer, self._version == 2
        if not is_v2:
            assert producer.add(TOPIC, *PARTITIONS) == [0, 0]
            assert producer.add_group(GROUP) == 0
        for partition in PARTITIONS:
            produce = 12 if is_v2 else V1_PRODUCE
            answer = producer.send(TOPIC, b"%d" % number, partition=partition, version=produce)
            assert answer.error_code == 0, answer
        commit = 5 if is_v2 else V1_COMMIT_OFFSETS
        assert producer.commit_offset(GROUP, number + 1, topic=TOPIC, version=commit) == 0
        assert producer.end(committed=is_commit, version=5 if is_v2 else V1_END) == 0
        self.settle()

    def settle(self) -> None:
        """Wait until the markers of a decided transaction are written."""
        while described(self.ask, ID).transaction_state.startswith("Prepare"):
            self._harness.loop.run_until_complete(asyncio.sleep(0))


def start(path: Path, durability: str, files: FaultyFiles | None = None) -> Harness:
    return Harness(path, *SETTINGS, durability=durability, files=files)


def check(path: Path, durability: str, acknowledged: int, version: int) -> None:
    """Start again, let the pipeline go on, and look at everything."""
    harness = start(path, durability)
    try:
        if TOPIC not in harness.broker.image.topics:
            assert acknowledged == 0
            return
        pipeline = Pipeline(harness, None, version)
        assert pipeline._init() == 0
        done = [visible(pipeline.ask, TOPIC, partition=each) for each in PARTITIONS]
        assert done[0] == done[1], "a transaction was seen in one partition alone"
        numbers = [int(value or b"") for value in done[0]]
        assert numbers == list(range(len(numbers)))
        error, position = committed(pipeline.ask, GROUP, TOPIC)
        assert (error, max(position, 0)) == (0, len(numbers))
        assert acknowledged <= len(numbers) <= acknowledged + 1
        pipeline.run(first=len(numbers))
        for partition in PARTITIONS:
            whole = [b"%d" % number for number in range(TRANSACTIONS)]
            assert visible(pipeline.ask, TOPIC, partition=partition) == whole
            answer = fetched(pipeline.ask, TOPIC, partition=partition)
            assert answer.last_stable_offset == answer.high_watermark
        assert committed(pipeline.ask, GROUP, TOPIC) == (0, TRANSACTIONS)
    finally:
        harness.close()


def live(path: Path, durability: str, files: FaultyFiles, version: int) -> int:
    """One life of the pipeline up to its crash, if any; how far it was told it got."""
    try:
        harness = start(path, durability, files)
    except SimulatedCrash:
        files.close_all()
        return 0
    # What a dead broker's futures hold is nobody's business, and must not be reported when they are
    # collected: Python 3.11 cannot parse while it parses, as it does for a report.
    harness.loop.set_exception_handler(lambda *_: None)
    pipeline = Pipeline(harness, files, version)
    try:
        harness.create_topic(TOPIC, len(PARTITIONS))
        pipeline.run()
        harness.close()
    except SimulatedCrash:
        pass
    finally:
        files.close_all()
        harness.loop.close()
    return pipeline.acknowledged


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    """A directory in memory where there is one: hundreds of little directories come and go."""
    memory = Path("/dev/shm")  # noqa: S108 - the directory in it is a fresh one of our own
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=memory, prefix="odradek-") as directory:
        yield Path(directory)


@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("durability", ["process", "disk"])
def test_a_crash_at_any_operation_leaves_no_transaction_half_done(
    path: Path, durability: str, version: int, seed: int
) -> None:
    for number in crash_points(path / "whole", durability, version, seed, every=EVERY):
        crash_once(path, durability, version, number, seed)


@pytest.mark.soak
@pytest.mark.parametrize("version", [1, 2])
@pytest.mark.parametrize("durability", ["process", "disk"])
def test_a_crash_at_every_single_operation_leaves_no_transaction_half_done(
    path: Path, durability: str, version: int, seed: int
) -> None:
    for number in crash_points(path / "whole", durability, version, seed, every=1):
        crash_once(path, durability, version, number, seed)


def crash_points(path: Path, durability: str, version: int, seed: int, *, every: int) -> range:
    """The operations of a life without a crash, or some of them, from a random one on."""
    files = FaultyFiles(str(path))
    assert live(path, durability, files, version) == TRANSACTIONS
    return range(1 + seed % every, files.operations + 1, every)


def crash_once(path: Path, durability: str, version: int, number: int, seed: int) -> None:
    directory = path / f"{number}"
    files = FaultyFiles(str(directory), fault=Fault.CRASH, at=number)
    acknowledged = live(directory, durability, files, version)
    if durability == "disk":
        survivors = path / f"{number}-survivors"
        files.after_power_loss(str(survivors), None if number % 2 else seed + number)
        directory = survivors
    try:
        check(directory, durability, acknowledged, version)
    except BaseException:
        print(f"crashed at operation {files.journal[-1]}")  # noqa: T201 - shown when it fails
        raise
