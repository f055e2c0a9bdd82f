import pytest

from odradek.cli.errors import CommandError
from odradek.cli.kafka_python_client import kafka_python_admin


def test_a_property_that_cannot_work_is_told_in_a_sentence() -> None:
    config = {"bootstrap.servers": "a:1", "security.protocol": "tls"}
    with (
        pytest.raises(CommandError, match=r"a client property is wrong: .*'tls', and must be one"),
        kafka_python_admin(config),
    ):
        pass
