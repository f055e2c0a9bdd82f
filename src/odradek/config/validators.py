"""Which values a setting accepts, beyond its type.

A validator is called with the parsed value and answers None, or the sentence that names the legal
values; printed, it describes them for the reference. Validators are values: equal when they accept
the same.
"""

from msgspec import Struct

from odradek.config.setting import SettingValue

ADDRESS_DIGITS = frozenset("0123456789abcdef.:")


class Between(Struct, frozen=True):
    """Numbers from `minimum` to `maximum`, both included."""

    minimum: float
    maximum: float | None = None

    def __call__(self, value: SettingValue) -> str | None:
        if not isinstance(value, int | float) or value < self.minimum:
            return f"Value must be at least {self.minimum}"
        if self.maximum is not None and value > self.maximum:
            return f"Value must be no more than {self.maximum}"
        return None

    def __str__(self) -> str:
        if self.maximum is None:
            return f"{self.minimum} or more"
        return f"{self.minimum} to {self.maximum}"


class GzipLevel(Struct, frozen=True):
    """gzip's levels 1 to 9, or -1 for the library's own default."""

    def __call__(self, value: SettingValue) -> str | None:
        if value == -1 or (isinstance(value, int) and 1 <= value <= 9):
            return None
        return "Value must be between 1 and 9, or -1"

    def __str__(self) -> str:
        return "1 to 9, or -1"


class OneOf(Struct, frozen=True):
    """One of a fixed set of words; also judges each item of a list."""

    words: tuple[str, ...]
    ignore_case: bool = False

    def __call__(self, value: SettingValue) -> str | None:
        items = value if isinstance(value, tuple) else (value,)
        legal = {word.lower() for word in self.words} if self.ignore_case else set(self.words)
        for item in items:
            if (str(item).lower() if self.ignore_case else item) not in legal:
                return f"String must be one of: {', '.join(self.words)}"
        return None

    def __str__(self) -> str:
        return ", ".join(self.words)


class NotEmpty(Struct, frozen=True):
    """Text of at least one character."""

    def __call__(self, value: SettingValue) -> str | None:
        return None if value else "Value must not be empty"

    def __str__(self) -> str:
        return "not empty"


class ThrottledReplicas(Struct, frozen=True):
    """`*`, or a list of `partition:broker` pairs; nothing throttles nothing."""

    def __call__(self, value: SettingValue) -> str | None:
        items = value if isinstance(value, tuple) else (str(value),)
        if items in ((), ("*",)) or all(map(_is_replica, items)):
            return None
        return "Value must be * or a list of pairs partition:broker, as 0:1,1:1"

    def __str__(self) -> str:
        return "`*`, or `partition:broker` pairs"


class AddressCounts(Struct, frozen=True):
    """A list of `address:count` pairs."""

    def __call__(self, value: SettingValue) -> str | None:
        items = [item.strip() for item in str(value).split(",")]
        if all(map(_is_address_count, filter(None, items))):
            return None
        return "Value must be a list of pairs address:count, as 127.0.0.1:100,[::1]:20"

    def __str__(self) -> str:
        return "`address:count` pairs"


def _is_address_count(item: str) -> bool:
    address, _, count = item.rpartition(":")
    digits = set(address.lower().removeprefix("[").removesuffix("]"))
    return count.isascii() and count.isdigit() and bool(digits) and digits <= ADDRESS_DIGITS


def _is_replica(item: str) -> bool:
    partition, colon, broker = item.partition(":")
    return bool(colon) and partition.isdigit() and broker.isdigit()


def at_least(minimum: float) -> Between:
    return Between(minimum)


def between(minimum: float, maximum: float) -> Between:
    return Between(minimum, maximum)


def one_of(*words: str) -> OneOf:
    return OneOf(words)
