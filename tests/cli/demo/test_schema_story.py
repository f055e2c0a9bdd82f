"""The judge of the demo's schemas."""

from odradek.cli.demo.checks import Fingerprint, compare
from odradek.cli.demo.schema_story import TOPIC, Refusal, SchemaMoment, SchemaResult

EXACT = compare(TOPIC, Fingerprint(), Fingerprint())
REFUSAL = Refusal("KIND", "why", "remedy", "{}", "error")
MOMENTS = [
    SchemaMoment("one", 1, 5, 5),
    SchemaMoment("two", 2, 9, 9),
    SchemaMoment("three", None, 9, 9),
]


def test_evolution_as_it_should_be_is_no_difference() -> None:
    assert SchemaResult(MOMENTS, REFUSAL, EXACT).differences == []


def test_record_that_is_not_read_is_told() -> None:
    moments = [MOMENTS[0], SchemaMoment("two", 2, 9, 8), MOMENTS[2]]
    assert SchemaResult(moments, REFUSAL, EXACT).differences == [
        f"{TOPIC}: 9 written, 8 read after: two"
    ]


def test_wrong_ids_and_a_missing_proof_are_told() -> None:
    result = SchemaResult(MOMENTS[:2], REFUSAL._replace(witness=""), EXACT)
    assert len(result.differences) == 2
