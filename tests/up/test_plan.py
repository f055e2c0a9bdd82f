import pytest

from odradek.up import PlanError, make_plan
from odradek.up.plan import Wishes

ADDRESS = "127.0.0.1:4711"


def names(wishes: Wishes) -> list[str]:
    return [part.name for part in make_plan(wishes).parts]


def test_all_parts_start_the_broker_first() -> None:
    assert names(Wishes()) == ["broker", "registry"]


def test_some_parts_start_in_their_order_whatever_the_order_asked_for() -> None:
    assert names(Wishes(only=["registry", "broker"])) == ["broker", "registry"]
    assert names(Wishes(only=["broker"])) == ["broker"]


def test_with_somebody_elses_kafka_there_is_no_broker() -> None:
    plan = make_plan(Wishes(bootstrap_servers=ADDRESS))
    assert [part.name for part in plan.parts] == ["registry"]
    assert plan.kafka == ADDRESS


def test_unknown_part_is_answered_with_the_known_ones() -> None:
    with pytest.raises(PlanError, match=r"--only regsitry: .*broker, registry"):
        make_plan(Wishes(only=["regsitry"]))


def test_broker_beside_somebody_elses_kafka_is_refused() -> None:
    with pytest.raises(PlanError, match=f"{ADDRESS} contradict"):
        make_plan(Wishes(only=["broker"], bootstrap_servers=ADDRESS))


def test_part_is_told_where_kafka_is_and_where_it_served_before() -> None:
    broker, registry = make_plan(
        Wishes(shared=("--set", "a.b=c"), own={"broker": ("--data-dir", "d")})
    ).parts
    assert broker.command(None, None) == ("broker", "--set", "a.b=c", "--data-dir", "d")
    assert broker.command(ADDRESS, ADDRESS)[-2:] == ("--listen", ADDRESS)
    assert registry.command(ADDRESS, None)[-2:] == ("--bootstrap-server", ADDRESS)
    assert registry.command(ADDRESS, "http://127.0.0.1:1")[-2:] == ("--listen", "127.0.0.1:1")
