"""From what a user says to a running core: profile found, settings checked, end watched."""

from collections.abc import Mapping
from typing import Any

from odradek.clients.errors import InvalidSetting
from odradek.clients.kafka_config import KafkaConfig
from odradek.clients.producer.core import ProducerCore
from odradek.clients.producer.failure_policy import FailureSink, RaiseOnClose
from odradek.clients.producer.process_events import watch
from odradek.clients.producer.serialization import Chosen, Serialization
from odradek.clients.producer.transactional_core import TransactionalCore
from odradek.clients.profiles import Profile, find_profile, settings_of


def make_core(
    kafka: KafkaConfig | str,
    profile_name: str,
    settings: Mapping[str, Any] | None,
    failure_policy: FailureSink | None = None,
    key_serializer: Chosen = None,
    value_serializer: Chosen = None,
    transactional_id: str | None = None,
) -> ProducerCore:
    """Start a producer; raises InvalidSetting."""
    profile = find_profile(profile_name)
    _check_transactional_id(profile, transactional_id)
    kind = TransactionalCore if profile.is_transactional else ProducerCore
    core = kind(
        KafkaConfig(bootstrap_servers=kafka) if isinstance(kafka, str) else kafka,
        profile,
        settings_of(profile, settings),
        RaiseOnClose() if failure_policy is None else failure_policy,
        transactional_id,
        Serialization.of(key_serializer, value_serializer),
    )
    watch(core)
    return core


def _check_transactional_id(profile: Profile, transactional_id: str | None) -> None:
    if profile.is_transactional and not transactional_id:
        raise InvalidSetting(
            f"the profile {profile.name} needs a transactional_id: a name that this instance of the"
            " application keeps over restarts, and no other instance has"
        )
    if transactional_id and not profile.is_transactional:
        raise InvalidSetting(
            f"transactional_id is given, but the profile {profile.name} has no transactions:"
            " take the profile eos"
        )
