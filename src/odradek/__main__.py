"""The `odradek` command, also as `python -m odradek`."""

import sys


def main() -> None:
    """Run the command line and exit with its code."""
    arguments = sys.argv[1:]
    code = None
    if arguments[:1] == ["broker"]:
        from odradek.cli.broker.quick_start import run_plain_broker

        code = run_plain_broker(arguments[1:])
    if code is None:
        from odradek.cli.app import run

        code = run(arguments)
    sys.exit(code)


if __name__ == "__main__":
    main()
