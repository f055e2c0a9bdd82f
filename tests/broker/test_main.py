from odradek.testing import EphemeralBroker


def test_broker_says_which_given_settings_it_does_not_honour() -> None:
    with EphemeralBroker(settings={"num.io.threads": 4, "num.partitions": 2}) as broker:
        broker.stop()
        warnings = [line for line in broker.log.splitlines() if "has no effect" in line]
    assert len(warnings) == 1
    assert "num.io.threads" in warnings[0]
