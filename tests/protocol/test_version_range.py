"""Version ranges as Kafka writes them."""

import pytest

from odradek.protocol.version_range import NO_VERSION, VersionRange


@pytest.mark.parametrize("text", ["0+", "3+", "3-13", "4", "none"])
def test_a_range_is_written_as_it_was_read(text: str) -> None:
    assert str(VersionRange.parse(text)) == text


def test_both_ends_belong_to_a_range() -> None:
    versions = VersionRange.parse("3-5")
    assert [version for version in range(8) if versions.includes(version)] == [3, 4, 5]


def test_an_open_range_includes_every_later_version() -> None:
    assert VersionRange.parse("2+").includes(32767)
    assert not VersionRange.parse("2+").includes(1)


def test_the_intersection_is_what_both_include() -> None:
    assert VersionRange.parse("0-7").intersection(VersionRange.parse("5+")) == (5, 7)


def test_no_version_is_included_in_none() -> None:
    assert not any(NO_VERSION.includes(version) for version in range(100))
