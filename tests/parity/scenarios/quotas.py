"""Quotas of users, clients and addresses: AlterClientQuotas, DescribeClientQuotas."""

from odradek.protocol.api_keys import ApiKey
from odradek.protocol.messages import alter_client_quotas, describe_client_quotas
from tests.parity.scenario import scenario
from tests.parity.talk import Talk

EXACT, DEFAULT, ANY = range(3)
RATE = "producer_byte_rate"
USER, CLIENT, ADDRESS = "user", "client-id", "ip"

Entity = dict[str, str | None]
"""Types and names; a name of None is the default of its type."""


def alter(
    entity: Entity, values: dict[str, float | None], *, validate_only: bool = False
) -> alter_client_quotas.AlterClientQuotasRequest:
    """A value of None removes the quota."""
    ops = [
        alter_client_quotas.OpData(key=key, value=value or 0.0, remove=value is None)
        for key, value in values.items()
    ]
    parts = [
        alter_client_quotas.EntityData(entity_type=kind, entity_name=name)
        for kind, name in entity.items()
    ]
    entry = alter_client_quotas.EntryData(entity=parts, ops=ops)
    return alter_client_quotas.AlterClientQuotasRequest(
        entries=[entry], validate_only=validate_only
    )


def describe(
    *components: tuple[str, int, str | None], strict: bool = False
) -> describe_client_quotas.DescribeClientQuotasRequest:
    return describe_client_quotas.DescribeClientQuotasRequest(
        components=[
            describe_client_quotas.ComponentData(entity_type=kind, match_type=how, match=name)
            for kind, how, name in components
        ],
        strict=strict,
    )


@scenario(ApiKey.ALTER_CLIENT_QUOTAS)
def quotas_altered(talk: Talk) -> None:
    entities: dict[str, Entity] = {
        "a client": {CLIENT: talk.name("c")},
        "a user": {USER: talk.name("u")},
        "both": {USER: talk.name("u"), CLIENT: talk.name("c")},
        "an address": {ADDRESS: "127.0.0.9"},
        "an empty name": {CLIENT: ""},
        "an unknown type": {"nonsense": "x"},
        "nobody": {},
        "a client and an address": {CLIENT: "c", ADDRESS: "127.0.0.9"},
    }
    for kind, entity in entities.items():
        talk.ask(f"of {kind}", alter(entity, {RATE: 5.0}, validate_only=True))
    client: Entity = {CLIENT: talk.name("c")}
    for key, value in (
        (RATE, 0.0),
        (RATE, -1.0),
        (RATE, 0.5),
        ("consumer_byte_rate", 1e300),
        ("request_percentage", 50.5),
        ("controller_mutation_rate", 2.5),
        ("connection_creation_rate", 5.0),
        ("nonsense", 5.0),
        ("", 5.0),
        (RATE, None),
        ("nonsense", None),
    ):
        talk.ask(f"{key!r} to {value}", alter(client, {key: value}, validate_only=True))
    entry = alter(client, {RATE: 5.0}).entries[0]
    twice = alter_client_quotas.AlterClientQuotasRequest(entries=[entry, entry], validate_only=True)
    talk.ask("of one twice", twice)
    talk.ask("of none", alter_client_quotas.AlterClientQuotasRequest())


@scenario(ApiKey.DESCRIBE_CLIENT_QUOTAS)
def quotas_described(talk: Talk) -> None:
    user, client = talk.name("u"), talk.name("c")
    both = {"producer_byte_rate": 5.0, "consumer_byte_rate": 7.5}
    talk.ask("set a client's", alter({CLIENT: client}, both))
    talk.ask("set a user's", alter({USER: user}, {RATE: 5.0}))
    talk.ask("set both's", alter({USER: user, CLIENT: client}, {RATE: 6.0}))
    talk.settle()
    for strict in (False, True):
        how = "strictly" if strict else "at least"
        talk.ask(f"{how} a client", describe((CLIENT, EXACT, client), strict=strict))
        talk.ask(f"{how} a user", describe((USER, EXACT, user), strict=strict))
        components = ((USER, EXACT, user), (CLIENT, EXACT, client))
        talk.ask(f"{how} both", describe(*components, strict=strict))
        components = ((USER, EXACT, user), (CLIENT, ANY, None))
        talk.ask(f"{how} a user with any client", describe(*components, strict=strict))
        talk.ask(f"{how} nobody", describe((CLIENT, EXACT, "nobody"), strict=strict))
        talk.ask(f"{how} any address", describe((ADDRESS, ANY, None), strict=strict))
    for kind, components in {
        "an unknown type": (("nonsense", ANY, None),),
        "an empty type": (("", ANY, None),),
        "a type twice": ((USER, ANY, None), (USER, ANY, None)),
        "an unknown match": ((USER, 7, None),),
        "exactly null": ((USER, EXACT, None),),
        "the default with a name": ((USER, DEFAULT, "x"),),
        "an address and a user": ((ADDRESS, ANY, None), (USER, ANY, None)),
    }.items():
        talk.ask(kind, describe(*components))
    talk.ask("remove a client's", alter({CLIENT: client}, {RATE: None}))
    talk.ask("remove a user's", alter({USER: user}, {RATE: None}))
    talk.settle()
    talk.ask("a client's that is left", describe((CLIENT, EXACT, client)))
    talk.ask("a user's that is gone", describe((USER, EXACT, user), strict=True))
