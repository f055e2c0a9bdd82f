"""Counters never fall, and there are never more of them than allowed."""

from odradek.broker.meters import QUANTILES, Durations, TopicMeters


def test_topic_beyond_the_limit_is_counted_with_the_others() -> None:
    meters = TopicMeters(topics_max=2)
    own = [meters.meter_of(topic) for topic in ("a", "b")]
    assert meters.meter_of("a") is own[0]
    assert meters.meter_of("c") is meters.meter_of("d") is meters.others
    assert list(meters.of_topics) == ["a", "b"]


def test_deleted_topic_makes_room_and_the_others_keep_their_sum() -> None:
    meters = TopicMeters(topics_max=1)
    meters.meter_of("a")
    meters.meter_of("b").bytes_in += 5
    meters.forget("b")
    meters.forget("a")
    assert meters.meter_of("c") is not meters.others
    assert meters.others.bytes_in == 5


def test_quantiles_are_of_the_newest_and_the_sum_of_all() -> None:
    durations = Durations()
    assert list(durations.quantiles()) == []
    for _ in range(600):
        durations.observe(1000.0)
    for duration_ms in range(512):
        durations.observe(float(duration_ms))
    found = dict(durations.quantiles())
    assert tuple(found) == QUANTILES
    assert (found["0.50"], found["0.99"], found["0.999"]) == (256.0, 506.0, 511.0)
    assert durations.count == 1112
    assert durations.sum_ms == 600 * 1000.0 + sum(range(512))
