"""Changes that wait are written together, and told together what became of them."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from odradek.registry import core
from odradek.registry.core import Registry
from odradek.registry.decisions.registration import NewSchema, Options, Registered, register
from odradek.registry.decisions.view import Decision, Defaults, View
from odradek.registry.errors import ErrorCode, RegistryError
from odradek.registry.log.interface import Claim, WrittenElsewhere
from odradek.registry.state.codec import encode_key
from odradek.registry.state.content import Content
from tests.registry.held_log import HeldLog, NarrowLog
from tests.registry.world import avro, record

STRING, INT, LONG = (avro(f'"{name}"') for name in ("string", "int", "long"))


def run(scenario: Callable[[Registry, HeldLog], Awaitable[None]]) -> None:
    """Run a scenario on a registry of its own."""

    async def run_it() -> None:
        log = HeldLog()
        registry = Registry(log, Defaults())
        await registry.start()
        await scenario(registry, log)
        await registry.stop()

    asyncio.run(run_it())


def registering(registry: Registry, subject: str, content: Content) -> "asyncio.Task[Registered]":
    """A client that registers a schema."""
    return asyncio.create_task(
        registry.change(lambda view: register(view, subject, NewSchema(content), Options()))
    )


def test_what_waits_is_written_in_one_transaction_and_answered_after_it() -> None:
    async def scenario(registry: Registry, log: HeldLog) -> None:
        first = registering(registry, "first", STRING)
        _, first_end = await log.writes.get()
        wanted = [("a", INT), ("b", LONG), ("a", INT)]
        clients = [registering(registry, subject, each) for subject, each in wanted]
        first_end.set_result(None)
        records, end = await log.writes.get()
        assert (await first).id == 1
        assert [record.key for record in records] == [
            encode_key(("SCHEMA", subject, 1)) for subject in ("a", "b")
        ]
        assert [client.done() for client in clients] == [False] * 3
        assert registry.view.index.content(".", 2) is None, "it is not there before it is written"
        end.set_result(None)
        assert [(await client).id for client in clients] == [2, 3, 2]
        assert log.writes.empty()

    run(scenario)


def test_two_clients_with_the_same_schema_get_one_id() -> None:
    async def scenario(registry: Registry, log: HeldLog) -> None:
        clients = [registering(registry, "orders", STRING) for _ in range(2)]
        records, end = await log.writes.get()
        assert len(records) == 1
        end.set_result(None)
        assert [await client for client in clients] == [Registered("orders", 1, 1, STRING)] * 2

    run(scenario)


def test_refusal_is_told_after_the_transaction_on_which_it_depends() -> None:
    async def scenario(registry: Registry, log: HeldLog) -> None:
        good = registering(registry, "orders", avro(record("Order", "id")))
        bad = registering(registry, "orders", avro(record("Order", "id", "customer")))
        other = registering(registry, "others", STRING)
        _, end = await log.writes.get()
        assert not bad.done()
        end.set_result(None)
        assert [(await good).id, (await other).id] == [1, 2]
        with pytest.raises(RegistryError) as refused:
            await bad
        assert refused.value.code is ErrorCode.INCOMPATIBLE_SCHEMA

    run(scenario)


@pytest.mark.parametrize(
    "failure",
    [
        RegistryError(ErrorCode.STORE, "Kafka did not take the write"),
        WrittenElsewhere(Claim("http://other", "life", "_schemas")),
    ],
)
def test_failed_transaction_is_told_to_all_and_leaves_nothing(failure: Exception) -> None:
    async def scenario(registry: Registry, log: HeldLog) -> None:
        clients = [registering(registry, f"s-{each.text}", each) for each in (INT, LONG)]
        clients.append(registering(registry, "s", avro("nonsense")))
        _, end = await log.writes.get()
        end.set_exception(failure)
        outcomes = await asyncio.gather(*clients, return_exceptions=True)
        assert outcomes == [failure] * 3
        assert list(registry.view.index.all_versions()) == []
        again = registering(registry, "s", LONG)
        (await log.writes.get())[1].set_result(None)
        assert (await again).id == 1, "no id was used up"

    run(scenario)


def test_change_that_is_too_large_fails_alone() -> None:
    huge = avro(f'{{"type":"string","doc":"{"x" * 5_000}"}}')

    async def scenario() -> None:
        registry = Registry(NarrowLog(bytes_max=1_000), Defaults())
        await registry.start()
        contents = [avro(record(f"Order{number}", "id")) for number in range(20)]
        contents.insert(7, huge)
        clients = [registering(registry, f"s-{n}", each) for n, each in enumerate(contents)]
        outcomes = await asyncio.gather(*clients, return_exceptions=True)
        refused = outcomes.pop(7)
        assert isinstance(refused, RegistryError)
        assert (refused.code, "max.message.bytes" in refused.message) == (42209, True)
        accepted = [each for each in outcomes if isinstance(each, Registered)]
        assert [each.id for each in accepted] == list(range(1, 21))

    asyncio.run(scenario())


def test_client_that_goes_away_does_not_end_the_others() -> None:
    async def scenario(registry: Registry, log: HeldLog) -> None:
        gone = registering(registry, "gone", STRING)
        other = registering(registry, "other", INT)
        _, end = await log.writes.get()
        gone.cancel()
        end.set_result(None)
        assert (await other).id == 2
        assert registry.view.index.version("gone", 1) is not None

    run(scenario)


def test_reads_are_answered_while_a_group_is_decided() -> None:
    async def scenario(registry: Registry, log: HeldLog) -> None:
        happened: list[str] = []

        def decide(view: View) -> Decision[None]:
            happened.append("decided")
            asyncio.get_running_loop().call_soon(happened.append, "read")
            return Decision(None)

        await asyncio.gather(*(registry.change(decide) for _ in range(3)))
        assert happened[:4] == ["decided", "read", "decided", "read"]

    run(scenario)


def test_group_has_a_largest_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(core, "GROUP_CHANGES_MAX", 2)

    async def scenario(registry: Registry, log: HeldLog) -> None:
        clients = [registering(registry, f"s-{each.text}", each) for each in (STRING, INT, LONG)]
        for expected in (2, 1):
            records, end = await log.writes.get()
            assert len(records) == expected
            end.set_result(None)
        assert [(await client).id for client in clients] == [1, 2, 3]

    run(scenario)
