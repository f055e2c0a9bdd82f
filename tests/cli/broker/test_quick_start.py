"""What is plain enough to be read without the command line library."""

import subprocess
import sys

import pytest

from odradek.cli.broker.quick_start import read_options


def test_every_option_is_read() -> None:
    options = read_options(
        "--data-dir d --listen h:1 --durability disk --set a.b=1 --set c.d=2"
        " --config f.toml --exit-with-parent".split()
    )
    assert options is not None
    assert (options.data_dir, options.listen, options.durability) == ("d", "h:1", "disk")
    assert options.overrides == ["a.b=1", "c.d=2"]
    assert (options.config_file, options.exit_with_parent) == ("f.toml", True)


@pytest.mark.parametrize(
    "line",
    ["--help", "--listen", "--listen=h:1", "--lisen h:1", "extra", "--data-dir --listen h:1", "-h"],
)
def test_what_needs_an_explanation_is_left_to_the_library(line: str) -> None:
    assert read_options(line.split()) is None


def test_the_brokers_process_loads_no_command_line_library() -> None:
    script = (
        "import sys; sys.argv = ['odradek', 'broker', '--durability', 'tape'];"
        "from odradek.__main__ import main\n"
        "try: main()\n"
        "except SystemExit as end: print(end.code, 'cyclopts' in sys.modules)"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == ["1", "False"]
    assert result.stderr.startswith("error: ")
    assert "tape" in result.stderr
