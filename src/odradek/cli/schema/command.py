"""`odradek schema`: the verbs, one module each."""

from odradek.cli.command import command_app
from odradek.cli.schema.archive.export import export
from odradek.cli.schema.archive.importing import import_
from odradek.cli.schema.check import check
from odradek.cli.schema.deletion import delete
from odradek.cli.schema.difference import diff
from odradek.cli.schema.doctor.command import doctor
from odradek.cli.schema.listing import list_
from odradek.cli.schema.register import register
from odradek.cli.schema.settings.compat import compat
from odradek.cli.schema.settings.mode import mode
from odradek.cli.schema.show import show
from odradek.cli.schema.usage.command import usage

app = command_app("schema")
app.command(list_, name="list")
app.command(show)
app.command(register)
app.command(diff)
app.command(compat)
app.command(mode)
app.command(delete)
app.command(usage)
app.command(export)
app.command(import_, name="import")
app.command(doctor)
app.command(check)
