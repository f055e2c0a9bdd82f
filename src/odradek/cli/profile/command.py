"""`odradek profile`: list the profiles of a producer, and show one with its reasons."""

from typing import Annotated

from cyclopts import Parameter

from odradek.cli.command import command_app
from odradek.cli.errors import CommandError
from odradek.cli.output import OutputFormat, note, print_document, print_rows
from odradek.clients.errors import InvalidSetting
from odradek.clients.profiles import PROFILES, Profile, find_profile

app = command_app("profile")


@app.command(name="list")
def list_(*, output: OutputFormat = "table") -> None:
    """List the profiles of a producer, and what each is for."""
    print_rows(
        [{"profile": each.name, "purpose": each.purpose} for each in PROFILES.values()], output
    )


@app.command
def show(
    name: Annotated[str, Parameter(help="The profile's name.")],
    /,
    *,
    output: OutputFormat = "table",
) -> None:
    """Show what a profile promises and its settings, each with the reason why it is so.

    A setting that is fixed keeps the promise; the others may be tuned.
    """
    try:
        profile = find_profile(name)
    except InvalidSetting as error:
        raise CommandError(str(error)) from error
    if output != "table":
        print_document(_document(profile), output)
        return
    print_rows(_settings(profile), output, title=profile.name)
    note(f"{profile.purpose}\n{profile.promise}")


def _settings(profile: Profile) -> list[dict[str, object]]:
    return [
        {
            "setting": each.name,
            "value": str(each.value).lower() if isinstance(each.value, bool) else str(each.value),
            "fixed": each.is_fixed,
            "reason": each.reason,
        }
        for each in profile.settings
    ]


def _document(profile: Profile) -> dict[str, object]:
    return {
        "profile": profile.name,
        "purpose": profile.purpose,
        "promise": profile.promise,
        "when_full": profile.when_full,
        "settings": [
            {**row, "value": setting.value}
            for row, setting in zip(_settings(profile), profile.settings, strict=True)
        ],
    }
