"""Puts a profile and a user's own settings together, and refuses what contradicts, in one sentence.

Invariants:
- What comes back keeps every promise of the profile.
- Also refused is what librdkafka accepts in silence: acks=2, a request that outlasts its delivery.

What it does not do: know every setting of librdkafka. An unknown name is refused by librdkafka
itself when the producer is made.
"""

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Any

from odradek.clients.errors import InvalidSetting
from odradek.clients.profiles.catalogue import PROFILES
from odradek.clients.profiles.profile import Profile, Value
from odradek.clients.profiles.setting_names import ALIASES, JAVA_ONLY

Settings = Mapping[str, Value]

IDEMPOTENT_IN_FLIGHT_MAX = 5
DEFAULTS: Settings = {"request.timeout.ms": 30_000, "retries": 2_147_483_647}
"""librdkafka's own, where a rule needs the value of a setting that no profile has."""

CLUSTER_PREFIXES = ("bootstrap.", "metadata.broker.", "security.", "sasl.", "ssl.")
OWNED = {
    "transactional.id": "give transactional_id to the producer",
    "delivery.report.only.error": "without reports of success there are no receipts",
    "dr_cb": "give on_delivery with each record",
    "on_delivery": "give on_delivery with each record",
    "error_cb": "errors end in receipts and in the failure policy",
    "stats_cb": "stats() shows what the producer does",
}
"""What the producer sets itself -> what a user does instead."""


def find_profile(name: str) -> Profile:
    """The profile of that name; InvalidSetting with the nearest one if there is none."""
    if name in PROFILES:
        return PROFILES[name]
    nearest = get_close_matches(name, PROFILES, n=1, cutoff=0)[0]
    raise InvalidSetting(
        f"there is no profile {name!r}: did you mean {nearest!r}? All are: {', '.join(PROFILES)}"
    )


def settings_of(profile: Profile, own: Mapping[str, Any] | None = None) -> dict[str, Value]:
    """The profile's settings with the user's own in them; raises InvalidSetting."""
    given = _under_kafkas_names(own or {})
    for name, value in given.items():
        _refuse_foreign(name)
        _refuse_contradiction(profile, name, value)
    settings = {**profile.values(), **given}
    for rule in RULES:
        sentence = rule(settings)
        if sentence is not None:
            raise InvalidSetting(sentence)
    return settings


def _under_kafkas_names(own: Mapping[str, Any]) -> dict[str, Value]:
    named: dict[str, Value] = {}
    for name, value in own.items():
        kafkas = ALIASES.get(name, name)
        if kafkas in named:
            raise InvalidSetting(f"{name} is another name of {kafkas}, and both are given")
        named[kafkas] = value
    return named


def _refuse_foreign(name: str) -> None:
    if name in JAVA_ONLY:
        raise InvalidSetting(f"{name} is a setting of the Java client: {JAVA_ONLY[name]}")
    if name in OWNED:
        raise InvalidSetting(f"{name} cannot be set: {OWNED[name]}")
    if name.startswith(CLUSTER_PREFIXES):
        raise InvalidSetting(f"{name} says how the cluster is reached: give it to KafkaConfig")


def _refuse_contradiction(profile: Profile, name: str, value: Value) -> None:
    setting = profile.setting(name)
    if setting is None or not setting.is_fixed or _text(value) == _text(setting.value):
        return
    if name == "acks" and _text(value) not in ("0", "1", "all"):
        raise InvalidSetting(f"acks={value} does not exist: Kafka knows 0, 1 and all")
    others = [
        each.name
        for each in PROFILES.values()
        if (other := each.setting(name)) is not None and _text(other.value) == _text(value)
    ]
    remedy = f"the profile {others[0]} has it" if others else "no profile has it"
    raise InvalidSetting(
        f"{name}={_text(value)} contradicts the profile {profile.name}, which promises"
        f" {name}={_text(setting.value)} because {setting.reason}; {remedy}"
    )


def _text(value: Value) -> str:
    text = str(value).lower()
    return "all" if text == "-1" else text


def _number(settings: Settings, name: str) -> float:
    value = settings.get(name, DEFAULTS.get(name, 0))
    try:
        return float(value)
    except ValueError:
        raise InvalidSetting(f"{name} is {value!r}, and must be a number") from None


def _delivery_has_an_end(settings: Settings) -> str | None:
    if _number(settings, "delivery.timeout.ms") > 0:
        return None
    return "delivery.timeout.ms=0 lets a record wait for ever and its failure never be told"


def _request_ends_before_its_delivery(settings: Settings) -> str | None:
    request_ms = _number(settings, "request.timeout.ms")
    delivery_ms = _number(settings, "delivery.timeout.ms")
    if "request.timeout.ms" not in settings or request_ms <= delivery_ms:
        return None
    return (
        f"request.timeout.ms={request_ms:.0f} is above delivery.timeout.ms={delivery_ms:.0f}: a"
        " record would be given up while its only request is under way, and never be retried"
    )


def _linger_ends_before_the_delivery(settings: Settings) -> str | None:
    linger_ms = _number(settings, "linger.ms")
    delivery_ms = _number(settings, "delivery.timeout.ms")
    if linger_ms < delivery_ms:
        return None
    return (
        f"linger.ms={linger_ms:g} is not below delivery.timeout.ms={delivery_ms:.0f}: every record"
        " would be given up before it is sent"
    )


def _delivery_ends_before_the_transaction(settings: Settings) -> str | None:
    if "transaction.timeout.ms" not in settings:
        return None
    transaction_ms = _number(settings, "transaction.timeout.ms")
    delivery_ms = _number(settings, "delivery.timeout.ms")
    if delivery_ms <= transaction_ms:
        return None
    return (
        f"delivery.timeout.ms={delivery_ms:.0f} is above"
        f" transaction.timeout.ms={transaction_ms:.0f}:"
        " the broker would abort the transaction while records of it are still tried"
    )


def _order_is_kept(settings: Settings) -> str | None:
    in_flight = _number(settings, "max.in.flight.requests.per.connection")
    if _text(settings["enable.idempotence"]) == "true":
        if in_flight <= IDEMPOTENT_IN_FLIGHT_MAX:
            return None
        return (
            f"max.in.flight.requests.per.connection={in_flight:.0f} is above"
            f" {IDEMPOTENT_IN_FLIGHT_MAX}, the most whose order a broker can restore"
        )
    if in_flight == 1 or _number(settings, "retries") == 0:
        return None
    return (
        f"max.in.flight.requests.per.connection={in_flight:.0f} without idempotence lets a retry"
        " overtake: make it 1, or take the profile async"
    )


def _retries_are_left(settings: Settings) -> str | None:
    if _text(settings["enable.idempotence"]) != "true" or _number(settings, "retries") > 0:
        return None
    return "retries=0 gives up at the first hiccup: the profile lossy is made for that"


def _batches_fit_the_queue(settings: Settings) -> str | None:
    batch_bytes = _number(settings, "batch.size")
    queue_bytes = _number(settings, "queue.buffering.max.kbytes") * 1024
    if batch_bytes <= queue_bytes:
        return None
    return (
        f"batch.size={batch_bytes:.0f} is above"
        f" queue.buffering.max.kbytes={queue_bytes // 1024:.0f}:"
        " no batch could ever be full"
    )


RULES: tuple[Callable[[Settings], str | None], ...] = (
    _delivery_has_an_end,
    _request_ends_before_its_delivery,
    _linger_ends_before_the_delivery,
    _delivery_ends_before_the_transaction,
    _order_is_kept,
    _retries_are_left,
    _batches_fit_the_queue,
)
"""Each gives the sentence about what is wrong, or None."""
