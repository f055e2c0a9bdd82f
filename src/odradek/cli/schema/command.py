"""`odradek schema`: the verbs, one module each."""

from odradek.cli.command import command_app
from odradek.cli.schema.check import check

app = command_app("schema")
app.command(check)
