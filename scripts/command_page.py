"""The reference of every command, from the command line itself."""

from odradek.cli.app import app

INTRODUCTION = """\
# Commands

Written from the code by `make docs`.

"""


def render() -> str:
    return INTRODUCTION + app.generate_docs(output_format="markdown")
