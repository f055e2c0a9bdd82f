"""What a directory remembers of its cluster."""

import stat
from pathlib import Path

import pytest

from odradek.ops.cluster import cluster_file
from odradek.ops.cluster.errors import ClusterError
from tests.ops.cluster.clusters import CREDENTIALS, described


def test_everything_is_remembered_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    cluster = described(credentials=CREDENTIALS, properties={"a": "b"}).with_pid(1, 4711)
    cluster_file.save(tmp_path, cluster)
    assert cluster_file.load(tmp_path) == cluster
    assert stat.S_IMODE((tmp_path / cluster_file.FILE).stat().st_mode) == 0o600


def test_directory_without_a_cluster_says_how_to_make_one(tmp_path: Path) -> None:
    assert not cluster_file.exists(tmp_path)
    with pytest.raises(ClusterError, match="odradek cluster up"):
        cluster_file.load(tmp_path)


def test_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / cluster_file.FILE).write_text('{"nodes": 3}')
    with pytest.raises(ClusterError, match=r"cluster\.json cannot be read"):
        cluster_file.load(tmp_path)


def test_second_command_is_told_that_another_is_at_work(tmp_path: Path) -> None:
    with (
        cluster_file.exclusive(tmp_path),
        pytest.raises(ClusterError, match="another command"),
        cluster_file.exclusive(tmp_path),
    ):
        pass
