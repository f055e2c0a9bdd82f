"""Who is let in, who waits, and who is turned away."""

from odradek.broker.metadata.effective_configs import EffectiveConfigs
from odradek.broker.metadata.image import RESOURCE_BROKER, MetadataImage
from odradek.broker.network.connection_limits import ConnectionLimits

CLUSTER = (RESOURCE_BROKER, "")


def limits(image: MetadataImage | None = None, **settings: str) -> ConnectionLimits:
    static = {name.replace("_", "."): value for name, value in settings.items()}
    return ConnectionLimits(EffectiveConfigs(image or MetadataImage(), 0, static), now_s=0.0)


def is_refused(limits: ConnectionLimits, host: str) -> bool:
    return limits.find_refusal(host) is not None


def test_without_settings_nobody_is_held_up() -> None:
    open_ = limits()
    for _ in range(10_000):
        assert open_.find_pause() is None
        assert open_.delay_s(0.0) == 0
        assert not is_refused(open_, "1.2.3.4")
        open_.add("1.2.3.4")


def test_limit_of_an_address_counts_only_its_own_connections_that_are_open() -> None:
    few = limits(max_connections_per_ip="2")
    few.add("a")
    few.add("b")
    few.add("a")
    refusal = few.find_refusal("a")
    assert refusal is not None
    assert refusal.reason == (
        "2 connections of this address are open, and 2 may be (max.connections.per.ip)"
    )
    assert not is_refused(few, "b")
    few.discard("a")
    assert not is_refused(few, "a")


def test_override_holds_for_its_address_in_place_of_the_limit() -> None:
    few = limits(
        max_connections_per_ip="1", max_connections_per_ip_overrides="10.0.0.1:2, [::1]:0,"
    )
    few.add("10.0.0.1")
    few.add("10.0.0.2")
    assert not is_refused(few, "10.0.0.1")
    assert is_refused(few, "10.0.0.2")
    assert is_refused(few, "::1")


def test_full_broker_lets_the_next_in_when_somebody_leaves() -> None:
    full = limits(max_connections="1")
    full.add("a")
    pause = full.find_pause()
    assert pause is not None
    assert pause.reason == "1 are open, and 1 may be (max.connections)"
    full.discard("a")
    assert full.find_pause() is None


def test_change_of_a_limit_acts_on_the_next_connection() -> None:
    image = MetadataImage()
    open_ = limits(image)
    open_.add("a")
    image.configs[CLUSTER] = {"max.connections": "1", "max.connections.per.ip": "1"}
    assert open_.find_pause() is not None
    assert is_refused(open_, "a")


def test_rate_lets_one_second_of_connections_in_at_once_and_then_paces_them() -> None:
    paced = limits(max_connection_creation_rate="10")
    assert paced.delay_s(0.0) == 0
    for _ in range(10):
        assert paced.delay_s(0.0) == 0
        paced.add("a")
    assert paced.delay_s(0.0) == 0.1
    assert paced.delay_s(0.1) == 0
    paced.add("a")
    assert paced.delay_s(0.1) > 0
    assert paced.delay_s(100.0) == 0
