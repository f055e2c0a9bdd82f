"""The disk gets the room of a deleted topic back after its delay, however rarely retention runs."""

import time
from pathlib import Path

from odradek.protocol.messages.delete_topics import DeleteTopicsRequest
from tests.broker.harness import Harness, batch_of

DEADLINE_S = 30.0
AN_HOUR = "log.retention.check.interval.ms=3600000"


def test_files_of_a_deleted_topic_are_gone_after_its_delay(tmp_path: Path) -> None:
    broker = Harness(tmp_path, AN_HOUR)
    broker.broker.start()
    broker.create_topic("t", file_delete_delay_ms="1")
    broker.produce("t", batch_of(b"v"))
    deleted = broker.ask(DeleteTopicsRequest(topic_names=["t"], timeout_ms=1000), 5)
    assert [each.error_code for each in deleted.responses] == [0]
    assert list(tmp_path.glob("t-0.*-delete"))
    deadline_s = time.monotonic() + DEADLINE_S
    while list(tmp_path.glob("t-0*")):
        assert time.monotonic() < deadline_s
        broker.let_timers_fire()
    broker.close()
