"""The hosted partitions follow the metadata across restarts."""

from pathlib import Path

import pytest

from tests.broker.harness import Harness, batch_of


def only_metadata_file(data_dir: Path) -> Path:
    return data_dir / "flights-0" / "partition.metadata"


@pytest.fixture
def stopped(tmp_path: Path) -> Path:
    """The data directory of a broker with one record, stopped cleanly."""
    harness = Harness(tmp_path)
    harness.create_topic("flights")
    harness.produce("flights", batch_of(b"kept"))
    harness.close()
    return tmp_path


def test_a_log_that_lost_its_partition_metadata_is_kept_and_gets_it_again(stopped: Path) -> None:
    before = only_metadata_file(stopped).read_text()
    only_metadata_file(stopped).unlink()
    harness = Harness(stopped)
    assert harness.values("flights") == [b"kept"]
    harness.close()
    assert only_metadata_file(stopped).read_text() == before


def test_a_log_of_another_topic_id_is_a_stray_and_makes_room(stopped: Path) -> None:
    only_metadata_file(stopped).write_text("version: 0\ntopic_id: AAECAwQFBgcICQoLDA0ODw\n")
    harness = Harness(stopped)
    assert harness.values("flights") == []
    harness.close()
    assert len(list(stopped.glob("flights-0.*-delete"))) == 1
