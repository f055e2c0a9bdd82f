"""Every profile under kills: what was acknowledged is there, as often and in the order promised."""

import random
import threading
import time
from collections.abc import Callable
from itertools import count

import pytest

from odradek import KafkaConfig
from odradek.clients.profiles import PROFILES
from odradek.testing import EphemeralCluster
from tests.clients.mortal_kafka import MortalKafka
from tests.clients.producer.ledgers import Account, Senders, Verdict, read_back, senders_at_work
from tests.clients.troubled_broker import TroubledBroker
from tests.reliability_report import Row, write_row

KILLS = 2
SOAK_S = 120.0
OUTAGE_S = 60.0
PROGRESS_CHECK_INTERVAL_S = 0.05
PATIENCE_S = 120.0

LOSE_NOTHING = ("sync", "async", "bulk", "ordered", "eos")
"""With acks=all and idempotence nothing acknowledged is lost, and nothing stored twice.

Twice may be what was in flight when another record's delivery timed out, for librdkafka then takes
a new epoch; a transaction is aborted instead.
"""

_runs = count()


def accounts_of(create_topic: Callable[..., None]) -> list[Account]:
    """One account for each profile, its topic made."""
    run = next(_runs)
    accounts = [Account(name, f"ledger-{name}-{run}") for name in PROFILES]
    for account in accounts:
        create_topic(account.topic, partitions=3)
    return accounts


def judged(kafka: KafkaConfig, accounts: list[Account]) -> dict[str, Verdict]:
    return {each.profile: each.judge(read_back(kafka, each.topic)) for each in accounts}


def require_promises(accounts: list[Account], verdicts: dict[str, Verdict]) -> None:
    timed_out = {each.profile for each in accounts if each.ledger and each.ledger.failed}
    for profile in LOSE_NOTHING:
        assert verdicts[profile].acknowledged > 0
        assert verdicts[profile].lost == verdicts[profile].reordered == 0, verdicts
        if profile == "eos" or profile not in timed_out:
            assert verdicts[profile].duplicated == 0, (profile, timed_out, verdicts)
    assert verdicts["lossy"].duplicated == 0, verdicts
    assert verdicts["leader"].reordered == 0, verdicts


def require_that_every_record_is_accounted_for(accounts: list[Account]) -> None:
    for account in accounts:
        assert account.ledger is not None
        assert account.ledger.pending == account.ledger.rejected == 0
        if account.profile != "eos":  # whose aborted transactions count as well
            assert account.ledger.acknowledged == len(account.acknowledged)


def test_every_profile_keeps_its_promise_while_leaders_are_killed(
    mortal_kafka: MortalKafka,
) -> None:
    accounts = accounts_of(mortal_kafka.create_topic)
    with senders_at_work(mortal_kafka.kafka, accounts) as senders:
        for _ in range(KILLS):
            wait_for_acknowledgements(accounts, senders)
            mortal_kafka.kill_leader(accounts[0].topic)
            mortal_kafka.revive()
        wait_for_acknowledgements(accounts, senders)
    verdicts = judged(mortal_kafka.kafka, accounts)
    require_promises(accounts, verdicts)
    require_that_every_record_is_accounted_for(accounts)
    if mortal_kafka.is_single:  # what one node has acknowledged, a kill leaves
        assert verdicts["leader"].lost == 0


def test_an_outage_is_waited_out_under_every_profile(
    broker: TroubledBroker, servers: str, create_topic: Callable[..., str]
) -> None:
    accounts = [Account(name, create_topic(3)) for name in PROFILES]
    with senders_at_work(KafkaConfig(broker.bootstrap_servers), accounts) as senders:
        wait_for_acknowledgements(accounts, senders)
        with broker.outage():
            wait_until_more_is_given(accounts, senders)
        wait_for_acknowledgements(accounts, senders)
    verdicts = judged(KafkaConfig(servers), accounts)
    require_promises(accounts, verdicts)
    require_that_every_record_is_accounted_for(accounts)


def wait_for_acknowledgements(accounts: list[Account], senders: Senders) -> None:
    """Return once every profile that is told of it has had more acknowledged."""
    told = [each for each in accounts if each.profile in LOSE_NOTHING]
    wait_for_more(lambda: [len(each.acknowledged) for each in told], senders)


def wait_until_more_is_given(accounts: list[Account], senders: Senders) -> None:
    """Return once every producer has taken more; one with transactions waits for each."""
    others = [each for each in accounts if not PROFILES[each.profile].is_transactional]
    wait_for_more(lambda: [each.given for each in others], senders)


def wait_for_more(counts: Callable[[], list[int]], senders: Senders) -> None:
    before = counts()
    deadline_s, calm = time.monotonic() + PATIENCE_S, threading.Event()
    while any(now <= then for now, then in zip(counts(), before, strict=True)):
        assert not senders.errors
        assert time.monotonic() < deadline_s, before
        calm.wait(PROGRESS_CHECK_INTERVAL_S)


@pytest.mark.soak
def test_an_outage_of_a_minute_is_waited_out_under_every_profile(
    mortal_kafka: MortalKafka, seed: int
) -> None:
    started_s = time.monotonic()
    accounts = accounts_of(mortal_kafka.create_topic)
    with senders_at_work(mortal_kafka.kafka, accounts) as senders:
        wait_for_acknowledgements(accounts, senders)
        mortal_kafka.kill_all()
        threading.Event().wait(OUTAGE_S)
        mortal_kafka.revive()
        wait_for_acknowledgements(accounts, senders)
    verdicts = judged(mortal_kafka.kafka, accounts)
    where = "our broker" if mortal_kafka.is_single else "three brokers of Apache Kafka"
    write_row(
        Row(
            f"profiles of the producer, an outage of a minute of {where}",
            f"{sum(each.acknowledged for each in verdicts.values()):,} acknowledged",
            "; ".join(sentence(each, verdicts[each.profile]) for each in accounts),
            time.monotonic() - started_s,
            seed,
        )
    )
    require_promises(accounts, verdicts)
    require_that_every_record_is_accounted_for(accounts)
    failed = {each.profile for each in accounts if each.ledger and each.ledger.failed}
    assert failed.isdisjoint({"leader", "async", "bulk", "ordered"})


@pytest.mark.soak
def test_leaders_of_a_cluster_are_killed_for_two_minutes(
    breakable_cluster: EphemeralCluster, seed: int
) -> None:
    started_s = time.monotonic()
    cluster, chance = breakable_cluster, random.Random(seed)
    kafka = KafkaConfig.from_properties(cluster.client_settings)
    accounts = accounts_of(cluster.create_topic)
    kills = 0
    with senders_at_work(kafka, accounts) as senders:
        while time.monotonic() < started_s + SOAK_S:
            assert not senders.errors
            victim = cluster.leader(chance.choice(accounts).topic, chance.randrange(3))
            if victim >= 0:
                cluster.kill(victim)
                kills += 1
                cluster.restart(victim)
    cluster.mend()
    verdicts = judged(kafka, accounts)
    write_row(
        Row(
            "profiles of the producer, leaders killed on three brokers",
            f"{kills} kills, {sum(each.acknowledged for each in verdicts.values()):,} acknowledged",
            "; ".join(sentence(each, verdicts[each.profile]) for each in accounts),
            time.monotonic() - started_s,
            seed,
        )
    )
    require_promises(accounts, verdicts)
    require_that_every_record_is_accounted_for(accounts)


def sentence(account: Account, verdict: Verdict) -> str:
    failed = account.ledger.failed if account.ledger else 0
    return (
        f"{account.profile}: {verdict.lost} of {verdict.acknowledged:,} lost,"
        f" {verdict.duplicated} duplicated, {verdict.reordered} reordered, {failed} failed"
    )
