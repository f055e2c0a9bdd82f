from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odradek.config.setting import InvalidSetting, Setting, SettingType, UpdateMode
from odradek.config.validators import at_least

LIMITS = {SettingType.SHORT: 2**15, SettingType.INT: 2**31, SettingType.LONG: 2**63}


def setting(kind: SettingType, default: str | None = None) -> Setting:
    return Setting("a.setting", kind, default, "What it does.")


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (SettingType.BOOLEAN, "True", True),
        (SettingType.BOOLEAN, "false", False),
        (SettingType.STRING, " padded ", "padded"),
        (SettingType.INT, "-7", -7),
        (SettingType.DOUBLE, "0.5", 0.5),
        (SettingType.DOUBLE, "1.7976931348623157E308", 1.7976931348623157e308),
        (SettingType.LIST, "a, b", ("a", "b")),
        (SettingType.LIST, "", ()),
        (SettingType.CLASS, "org.example.Thing", "org.example.Thing"),
    ],
)
def test_text_becomes_a_value_of_the_settings_type(
    kind: SettingType, text: str, value: object
) -> None:
    assert setting(kind).parse(text) == value


@given(kind=st.sampled_from(sorted(LIMITS)), number=st.integers(-(2**70), 2**70))
def test_integer_is_accepted_exactly_within_its_width(kind: SettingType, number: int) -> None:
    if -LIMITS[kind] <= number < LIMITS[kind]:
        assert setting(kind).parse(str(number)) == number
    else:
        with pytest.raises(InvalidSetting, match=f"Not a number of type {kind.name}"):
            setting(kind).parse(str(number))


@pytest.mark.parametrize("text", ["", "1_000", "0x10", "1.0", "٣", "--1", "1 2"])
def test_only_plain_decimal_digits_are_an_integer(text: str) -> None:
    with pytest.raises(InvalidSetting):
        setting(SettingType.INT).parse(text)


@given(st.text())
def test_any_text_is_either_parsed_or_refused(text: str) -> None:
    for kind in SettingType:
        with suppress(InvalidSetting):
            setting(kind).parse(text)


@pytest.mark.parametrize("text", ["", "nan", "inf", "1_0.5", "1e", "0,5"])
def test_only_finite_plain_numbers_are_a_double(text: str) -> None:
    with pytest.raises(InvalidSetting, match="Not a number of type DOUBLE"):
        setting(SettingType.DOUBLE).parse(text)


def test_validator_is_asked_after_the_type() -> None:
    limited = Setting("a.setting", SettingType.INT, "1", "What it does.", at_least(1))
    with pytest.raises(InvalidSetting) as refusal:
        limited.parse("0")
    assert str(refusal.value) == (
        "Invalid value 0 for configuration a.setting: Value must be at least 1"
    )


def test_refused_password_is_not_repeated() -> None:
    secret = Setting("a.password", SettingType.PASSWORD, None, "A secret.", lambda _: "too short")
    assert secret.is_sensitive
    with pytest.raises(InvalidSetting) as refusal:
        secret.parse("hunter2")
    assert "hunter2" not in str(refusal.value)


def test_setting_is_read_only_unless_declared_otherwise() -> None:
    assert setting(SettingType.INT).is_read_only
    dynamic = Setting("a.setting", SettingType.INT, "1", "It.", update_mode=UpdateMode.CLUSTER_WIDE)
    assert not dynamic.is_read_only
