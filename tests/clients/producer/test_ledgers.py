"""Every profile under kills: what was acknowledged is there, as often and in the order promised."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from odradek import KafkaConfig
from odradek.clients.profiles import PROFILES
from odradek.testing import EphemeralBroker, EphemeralCluster
from tests.clients.producer.ledgers import Account, Verdict, read_back, senders_at_work
from tests.reliability_report import Row, write_row

KILLS = 2
SOAK_S = 120.0
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


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[EphemeralBroker]:
    with EphemeralBroker(data_dir=tmp_path) as started:
        yield started


def test_every_profile_keeps_its_promise_while_the_broker_is_killed(
    broker: EphemeralBroker,
) -> None:
    kafka = KafkaConfig(broker.bootstrap_servers)
    accounts = accounts_of(broker.create_topic)
    by_name = {each.profile: each for each in accounts}
    with senders_at_work(kafka, accounts) as senders:
        for _ in range(KILLS):
            wait_for_progress(by_name, lambda: not senders.errors)
            broker.kill()
            broker.start()
        wait_for_progress(by_name, lambda: not senders.errors)
    verdicts = judged(kafka, accounts)
    require_promises(accounts, verdicts)
    require_that_every_record_is_accounted_for(accounts)
    assert verdicts["leader"].lost == 0  # one node: what it has acknowledged, a kill leaves


def wait_for_progress(accounts: dict[str, Account], is_well: Callable[[], bool]) -> None:
    """Return once every profile that is told of it has had more acknowledged."""
    before = {name: len(accounts[name].acknowledged) for name in LOSE_NOTHING}
    deadline_s, calm = time.monotonic() + PATIENCE_S, threading.Event()
    while any(len(accounts[name].acknowledged) <= before[name] for name in LOSE_NOTHING):
        assert is_well()
        assert time.monotonic() < deadline_s, before
        calm.wait(PROGRESS_CHECK_INTERVAL_S)


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
