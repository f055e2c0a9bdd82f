import pytest

from odradek.config.listener import Listener, parse_listener


@pytest.mark.parametrize(
    ("text", "listener"),
    [
        ("PLAINTEXT://127.0.0.1:9092", Listener("127.0.0.1", 9092)),
        ("127.0.0.1:0", Listener("127.0.0.1", 0)),
        ("PLAINTEXT://:9092", Listener("0.0.0.0", 9092)),  # noqa: S104 - asked for
        ("[::1]:9092", Listener("::1", 9092)),
    ],
)
def test_listener_is_read_with_or_without_its_protocol(text: str, listener: Listener) -> None:
    assert parse_listener(text) == listener


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("SASL_SSL://a:1", "SASL_SSL is not served"),
        ("a:1,b:2", "names several"),
        ("localhost", "write it as host:port"),
        ("localhost:kafka", "write it as host:port"),
        ("localhost:65536", "write it as host:port"),
        ("", "write it as host:port"),
    ],
)
def test_listener_that_cannot_be_served_is_refused_with_the_reason(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_listener(text)


def test_listener_prints_as_an_address() -> None:
    assert str(Listener("127.0.0.1", 9092)) == "127.0.0.1:9092"
    assert str(Listener("::1", 9092)) == "[::1]:9092"
