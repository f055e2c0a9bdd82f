"""Files against a lock: a verdict at each level, with references, reasons and witnesses."""

import json
from typing import Any

import pytest

from odradek.schemas.check.acceptance import accept
from odradek.schemas.check.documents import json_document, sarif_document
from odradek.schemas.check.lock import InvalidLock, Lock, decode_lock, encode_lock
from odradek.schemas.check.sources import sources_of
from odradek.schemas.check.text import report_text
from odradek.schemas.check.verdicts import Report, Status, check
from odradek.schemas.levels import CompatibilityLevel
from odradek.schemas.schema import InvalidSchema


def record(name: str, *fields: object, **attributes: object) -> str:
    return json.dumps({"type": "record", "name": name, "fields": list(fields), **attributes})


INT = {"name": "a", "type": "int"}
STRING = {"name": "b", "type": "string"}
DEFAULTED = {**STRING, "default": ""}
PLAIN, GROWN = record("R", INT), record("R", INT, DEFAULTED)


def locked(*texts: str, **attributes: Any) -> Lock:
    """A lock with the subject `orders`, one version for each text."""
    versions = [{"version": at, "schema": text} for at, text in enumerate(texts, start=1)]
    lock = {"subjects": {"orders": {"versions": versions, **attributes}}}
    return decode_lock(json.dumps(lock).encode())


def report_of(text: str, lock: Lock, level: CompatibilityLevel | None = None) -> Report:
    [report] = check(sources_of([("orders.avsc", text)]), lock, level)
    return report


def failing(report: Report) -> set[str]:
    return {each.value for each in CompatibilityLevel if report.at(each)}


def test_a_subject_that_the_lock_does_not_have_is_new() -> None:
    assert report_of(PLAIN, Lock()).status is Status.NEW


def test_a_version_that_the_lock_has_is_unchanged_whatever_its_form() -> None:
    lock = locked(PLAIN, GROWN)
    assert report_of(json.dumps(json.loads(PLAIN), indent=4), lock).status is Status.UNCHANGED


def test_a_compatible_change_passes_and_is_told_what_it_would_fail() -> None:
    report = report_of(PLAIN, locked(record("R", INT, STRING)))
    assert report.status is Status.COMPATIBLE
    assert failing(report) == {"FORWARD", "FORWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"}
    assert "fails    FORWARD" in report_text([report])


def test_an_incompatible_change_fails_with_its_version_reason_and_witness() -> None:
    report = report_of(record("R", INT, STRING), locked(PLAIN, GROWN))
    assert report.status is Status.COMPATIBLE
    assert failing(report) == {"BACKWARD_TRANSITIVE", "FULL_TRANSITIVE"}

    strict = report_of(
        record("R", INT, STRING), locked(PLAIN, GROWN, compatibilityLevel="FULL_TRANSITIVE")
    )
    assert strict.status is Status.INCOMPATIBLE
    text = report_text([strict])
    assert "orders: incompatible at FULL_TRANSITIVE, compared with v1 to v2" in text
    assert "fails    BACKWARD_TRANSITIVE, FULL_TRANSITIVE at v1" in text
    assert "mend it  give b a default" in text
    assert 'witness  {"a":1}' in text


def test_a_level_that_is_asked_for_counts_instead_of_those_in_the_lock() -> None:
    lock = locked(PLAIN, compatibilityLevel="NONE")
    grown = record("R", INT, STRING)
    assert report_of(grown, lock).status is Status.COMPATIBLE
    assert report_of(grown, lock, CompatibilityLevel.BACKWARD).status is Status.INCOMPATIBLE


def test_levels_that_fail_for_several_reasons_count_them() -> None:
    report = report_of(record("R", INT, STRING, {**STRING, "name": "c"}), locked(PLAIN))
    assert "and 1 more" in report_text([report])


def test_what_is_no_schema_is_told_with_its_place() -> None:
    report = report_of(record("R", {"name": "a"}), locked(PLAIN))
    assert report.status is Status.INVALID
    assert 'at /fields/0: "type" is missing' in report_text([report])


def test_a_version_of_the_lock_that_is_no_schema_is_named() -> None:
    report = report_of(PLAIN, locked("{"))
    assert report.error.startswith("version 1 of orders in the lock: ")


def test_a_stored_default_that_fits_nothing_does_not_matter() -> None:
    odd = record("R", {**INT, "default": None})
    assert report_of(PLAIN, locked(odd)).status is Status.COMPATIBLE


ADDRESS = record("Address", INT, namespace="shop")
ORDER = record("Order", {"name": "to", "type": "Address"}, namespace="shop")
FOLDER = [("addresses/address.avsc", ADDRESS), ("orders.avsc", ORDER)]


def test_files_refer_to_each_other_by_the_names_they_define() -> None:
    assert [each.status for each in check(sources_of(FOLDER), Lock())] == [Status.NEW] * 2


def test_what_is_found_right_becomes_versions_that_refer_to_versions() -> None:
    reports = check(sources_of(FOLDER), Lock())
    lock = decode_lock(encode_lock(accept(Lock(), reports)))
    [version] = lock.versions("orders")
    [reference] = version.references
    assert (reference.name, reference.subject, reference.version) == ("shop.Address", "address", 1)
    assert [each.status for each in check(sources_of(FOLDER), lock)] == [Status.UNCHANGED] * 2


def test_a_change_reaches_the_schemas_that_refer_to_it() -> None:
    lock = accept(Lock(), check(sources_of(FOLDER), Lock()))
    moved = record("Address", {"name": "a", "type": "string"}, namespace="shop")
    reports = check(sources_of([("address.avsc", moved), FOLDER[1]]), lock)
    assert [each.status for each in reports] == [Status.INCOMPATIBLE] * 2
    [found] = reports[1].at(CompatibilityLevel.BACKWARD)
    assert found.incompatibility.path == "/fields/0/type/fields/0/type"


def test_what_no_file_defines_is_taken_from_the_lock() -> None:
    lock = accept(Lock(), check(sources_of(FOLDER), Lock()))
    wider = record(
        "Order", {"name": "to", "type": "Address"}, {**INT, "default": 1}, namespace="shop"
    )
    [report] = check(sources_of([("orders.avsc", wider)]), lock)
    assert report.status is Status.COMPATIBLE


def test_files_that_refer_to_each_other_in_a_circle_are_refused() -> None:
    one = record("One", {"name": "a", "type": "Two"})
    two = record("Two", {"name": "a", "type": "One"})
    reports = check(sources_of([("one.avsc", one), ("two.avsc", two)]), Lock())
    assert {each.status for each in reports} == {Status.INVALID}
    assert "in a circle: one.avsc to two.avsc to one.avsc" in reports[0].error


def test_two_files_of_one_name_are_one_subject_too_many() -> None:
    with pytest.raises(InvalidSchema, match="both the subject a"):
        sources_of([("x/a.avsc", PLAIN), ("y/a.avsc", PLAIN)])


@pytest.mark.parametrize(
    ("lock", "said"),
    [
        (b"{", "truncated"),
        (b'{"subject": {}}', "subject"),
        (b'{"compatibilityLevel": "SOME"}', "SOME"),
        (
            b'{"subjects": {"s": {"versions": [{"version": 2, "schema": ""},'
            b' {"version": 1, "schema": ""}]}}}',
            "oldest first",
        ),
    ],
)
def test_what_is_no_lock_is_refused(lock: bytes, said: str) -> None:
    with pytest.raises(InvalidLock, match=said):
        decode_lock(lock)


def test_a_reference_that_the_lock_lacks_is_named() -> None:
    reference = {"name": "shop.Address", "subject": "address", "version": 3}
    version = {"version": 1, "schema": ORDER, "references": [reference]}
    lock = decode_lock(json.dumps({"subjects": {"orders": {"versions": [version]}}}).encode())
    assert "version 3 of address" in report_of(PLAIN, lock).error


def test_programs_get_every_level_and_every_finding() -> None:
    report = report_of(record("R", INT, STRING), locked(PLAIN))
    [document] = json_document([report])
    assert document["status"] == "incompatible"
    assert document["passes"]["FORWARD"] is True
    assert document["passes"]["FULL"] is False
    [finding] = document["findings"]
    assert finding["fails"] == ["BACKWARD", "BACKWARD_TRANSITIVE", "FULL", "FULL_TRANSITIVE"]
    assert json.loads(finding["witness"]["record"]) == {"a": 1}


def test_code_scanners_get_what_the_registry_would_refuse() -> None:
    wrong = report_of(record("R", INT, STRING), locked(PLAIN))
    broken = report_of("{", Lock())
    [run] = sarif_document([wrong, broken, report_of(PLAIN, Lock())], "1.0", "schemas")["runs"]
    assert [each["ruleId"] for each in run["results"]] == [
        "READER_FIELD_MISSING_DEFAULT_VALUE",
        "INVALID_SCHEMA",
    ]
    assert {each["id"] for each in run["tool"]["driver"]["rules"]} == {
        each["ruleId"] for each in run["results"]
    }
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "schemas/orders.avsc"


def test_json_schemas_refer_to_files_beside_them() -> None:
    address = json.dumps({"type": "object", "properties": {"city": {"type": "string"}}})
    order = json.dumps({"type": "object", "properties": {"to": {"$ref": "address.json"}}})
    files = [("shop/address.json", address), ("shop/order.json", order)]
    reports = check(sources_of(files), Lock())
    assert [(each.status, each.error) for each in reports] == [(Status.NEW, "")] * 2

    lock = accept(Lock(), reports)
    narrowed = address.replace('"string"', '"integer"')
    reports = check(sources_of([(files[0][0], narrowed), files[1]]), lock)
    assert [each.status for each in reports] == [Status.INCOMPATIBLE] * 2


def test_a_subject_keeps_its_format() -> None:
    [report] = check(sources_of([("orders.json", '{"type": "object"}')]), locked(PLAIN))
    assert {each.incompatibility.kind for each in report.findings} == {"SCHEMA_TYPE_CHANGED"}
    assert report.status is Status.INCOMPATIBLE
