"""Under which name a schema is registered."""

import pytest

from odradek.clients.errors import InvalidSetting
from odradek.clients.serializers import Place
from odradek.clients.serializers.registered import record_name, topic_name, topic_record_name

KEY, VALUE = Place("orders", "key"), Place("orders", "value")


def test_a_subject_is_named_after_the_topic_the_record_or_both() -> None:
    assert topic_name(KEY, None) == "orders-key"
    assert topic_name(VALUE, "shop.Order") == "orders-value"
    assert record_name(VALUE, "shop.Order") == "shop.Order"
    assert topic_record_name(VALUE, "shop.Order") == "orders-shop.Order"


@pytest.mark.parametrize("strategy", [record_name, topic_record_name])
def test_a_schema_without_a_name_can_give_none(strategy: object) -> None:
    assert callable(strategy)
    with pytest.raises(InvalidSetting, match="has no name"):
        strategy(VALUE, None)
