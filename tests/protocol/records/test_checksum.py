"""The checksum is CRC-32C, whichever way its function was loaded."""

import subprocess
import sys

import crc32c as package
import pytest

from odradek.protocol.records import checksum


@pytest.mark.parametrize("data", [b"", b"123456789", bytes(100_000)])
def test_the_extension_alone_counts_as_the_package_does(data: bytes) -> None:
    assert checksum.crc32c(memoryview(data)) == package.crc32c(data)


def test_the_check_value_of_the_polynomial_is_right() -> None:
    assert checksum.crc32c(b"123456789") == 0xE3069283


def test_a_package_built_otherwise_is_imported_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checksum, "EXTENSION", "crc32c._no_such_extension")
    assert checksum.load_crc32c() is package.crc32c


def test_the_rest_of_the_package_is_not_imported() -> None:
    program = "import sys, odradek.protocol.records.batch; sys.exit('crc32c' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
