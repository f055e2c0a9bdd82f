import subprocess
import sys

PARSERS_AND_MACHINERY = ("tomllib", "difflib", "asyncio", "socket", "threading", "dataclasses")


def test_configuration_without_a_file_loads_no_parser() -> None:
    program = (
        "import sys; from odradek.config import load; load(None, {}, ['broker.node.id=1']); "
        f"print([name for name in {PARSERS_AND_MACHINERY} if name in sys.modules])"
    )
    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert printed.strip() == "[]"
