"""`odradek profile`: every setting with its reason."""

import json

from odradek.clients.profiles import PROFILES
from tests.cli.conftest import Odradek


def test_list_shows_every_profile(odradek: Odradek) -> None:
    rows = json.loads(odradek("profile", "list", "-o", "json").stdout)
    assert [row["profile"] for row in rows] == list(PROFILES)


def test_show_prints_each_setting_with_its_reason(odradek: Odradek) -> None:
    shown = json.loads(odradek("profile", "show", "ordered", "-o", "json").stdout)
    assert {each["setting"]: each["value"] for each in shown["settings"]} == dict(
        PROFILES["ordered"].values()
    )
    table = odradek("profile", "show", "ordered").stdout
    assert all(each["reason"] in table for each in shown["settings"])


def test_an_unknown_profile_is_one_sentence(odradek: Odradek) -> None:
    outcome = odradek("profile", "show", "asink")
    assert (outcome.code, "did you mean 'async'" in outcome.stderr) == (1, True)
