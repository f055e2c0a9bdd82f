"""The judge of the judges: expectations and results are read as they were written."""

from pathlib import Path

import pytest

from tests.conformance.suites.expectations import Expectation, Expectations, Result, read_results

RESULTS = """<testsuites><testsuite>
  <testcase classname="test.integration.test_a" name="test_good[zstd]"/>
  <testcase classname="test.integration.test_a.TestB" name="test_bad">
    <failure message="AssertionError: 1&#10;assert 1 == 2">trace</failure>
  </testcase>
  <testcase classname="test.integration.test_a" name="test_both"/>
  <testcase classname="test.integration.test_a" name="test_both"><error message="late"/></testcase>
  <testcase classname="test.integration.test_a" name="test_idle"><skipped message="why"/></testcase>
</testsuite></testsuites>"""


def written(directory: Path, text: str) -> Path:
    file = directory / "file"
    file.write_text(text)
    return file


def test_results_are_named_by_module_and_test_and_the_worst_outcome_stays(tmp_path: Path) -> None:
    assert read_results(written(tmp_path, RESULTS), "test.integration") == {
        "test_a::test_good[zstd]": Result("pass"),
        "test_a::TestB::test_bad": Result("fail", "AssertionError: 1"),
        "test_a::test_both": Result("fail", "late"),
        "test_a::test_idle": Result("skip", "why"),
    }


def test_expectations_name_the_suite_and_a_reason_for_what_does_not_pass(tmp_path: Path) -> None:
    text = "# comment\nsuite kafka 1.0\n\na::b[1] pass\na::c fail: no: really\na::d skip: old\n"
    assert Expectations.read(written(tmp_path, text)) == Expectations(
        "kafka",
        "1.0",
        (
            Expectation("a::b[1]", "pass", ""),
            Expectation("a::c", "fail", "no: really"),
            Expectation("a::d", "skip", "old"),
        ),
    )


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a::b pass\n", "'a::b pass'"),
        ("suite kafka 1.0\na::b fail\n", "'a::b fail'"),
        ("suite kafka 1.0\na::b pass: because\n", "pass: because"),
        ("suite kafka 1.0\na::b pass\na::b pass\n", "a::b twice"),
    ],
)
def test_lines_that_expect_nothing_certain_are_refused(
    tmp_path: Path, text: str, complaint: str
) -> None:
    with pytest.raises(ValueError, match=complaint):
        Expectations.read(written(tmp_path, text))
