"""Error codes against Kafka's own table, which a few lines of Java print."""

import subprocess
from pathlib import Path

from odradek.protocol.errors import ErrorCode

PRINT_ERRORS = """
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.protocol.Errors;

public class PrintErrors {
    public static void main(String[] arguments) {
        for (Errors error : Errors.values()) {
            boolean retriable = error.exception() instanceof RetriableException;
            System.out.println(error.code() + " " + error.name() + " " + retriable);
        }
    }
}
"""


def test_codes_names_and_retriability_are_those_of_kafka(kafka_jars: Path, tmp_path: Path) -> None:
    source = tmp_path / "PrintErrors.java"
    source.write_text(PRINT_ERRORS)
    printed = subprocess.run(
        ["java", "-cp", f"{kafka_jars}/*", str(source)], capture_output=True, text=True, check=True
    )
    ours = [f"{code.value} {code.name} {str(code.is_retriable).lower()}" for code in ErrorCode]
    assert ours == printed.stdout.split("\n")[:-1]


def test_every_code_has_one_sentence_of_description() -> None:
    for code in ErrorCode:
        assert code.description[0] in "`ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        assert code.description.endswith(".")
    assert len({code.description for code in ErrorCode}) == len(ErrorCode)


def test_a_code_is_its_number() -> None:
    assert int(ErrorCode.UNKNOWN_SERVER_ERROR) == -1
    assert ErrorCode(3) is ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
    assert ErrorCode.NOT_LEADER_OR_FOLLOWER.is_retriable
