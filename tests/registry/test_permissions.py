"""Rules, and whom they let do what."""

import re
from pathlib import Path

import pytest

from odradek.registry.errors import RegistryError
from odradek.registry.permissions import EVERYTHING, Action, Permissions, Rights
from odradek.web.authentication.identity import ANONYMOUS, Identity

ANNA = Identity("anna")
EVERY_ACTION = 'may = ["read", "write", "delete", "configure"]'


def rights(rules: str, identity: Identity = ANNA) -> Rights:
    return Permissions.parse(rules).of(identity)


def rights_on(*subjects: str, also: str = "") -> Rights:
    return rights(f'[[allow]]\nuser = "anna"\n{EVERY_ACTION}\nsubjects = {list(subjects)}\n{also}')


@pytest.mark.parametrize(
    ("pattern", "covered", "not_covered"),
    [
        ("orders", ["orders"], ["orders-value", "order", ":.c:orders", ""]),
        ("orders-*", ["orders-", "orders-value"], ["orders", ":.c:orders-value"]),
        ("*", ["orders", "", "*"], [":.c:orders", ":.c:"]),
        (":.c:*", [":.c:orders", ":.c:"], ["orders", ":.d:orders", ":.cc:orders"]),
        (":.c:a*", [":.c:a", ":.c:ab"], [":.c:", ":.c:b", "a"]),
        (":.:a*", ["ab"], [":.c:ab"]),
        (":*:a*", ["ab", ":.c:ab"], ["b", ":.c:b", ":.c:"]),
        (":*:*", ["ab", ":.c:ab", ":.c:"], []),
    ],
)
def test_pattern_covers_subjects_of_its_context(
    pattern: str, covered: list[str], not_covered: list[str]
) -> None:
    granted = rights_on(pattern)
    for action in Action:
        assert [each for each in covered if not granted.may(action, each)] == []
        assert [each for each in not_covered if granted.may(action, each)] == []


def test_what_concerns_all_needs_a_rule_that_says_so() -> None:
    assert not rights_on(":*:*").may(Action.CONFIGURE, None)
    assert not rights_on(":*:*").may(Action.CONFIGURE, ":.__GLOBAL:")
    assert rights_on(":*:*").may(Action.READ, None)
    granted = rights_on("a", also="global = true")
    assert granted.may(Action.CONFIGURE, None)
    assert granted.may(Action.CONFIGURE, ":.__GLOBAL:")
    assert not granted.may(Action.CONFIGURE, "b")


def test_whoever_may_do_anything_may_read() -> None:
    granted = rights('[[allow]]\nuser = "anna"\nmay = ["write"]\nsubjects = ["a"]')
    assert [each for each in Action if granted.may(each, "a")] == [Action.READ, Action.WRITE]


def test_rules_add_up_and_none_allows_nothing() -> None:
    rules = """
        [[allow]]
        user = ["anna", "boris"]
        may = ["read"]
        subjects = ["*"]
        [[allow]]
        user = "anna"
        may = ["delete"]
        subjects = ["a"]
    """
    assert rights(rules).may(Action.DELETE, "a")
    assert not rights(rules).may(Action.DELETE, "b")
    assert rights(rules, Identity("boris")).may(Action.READ, "b")
    for nobody in (Identity("clara"), ANONYMOUS, Identity(claims={"sub": "anna"})):
        granted = rights(rules, nobody)
        assert not any(granted.may(action, name) for action in Action for name in ("a", None))
        assert not granted.sees(".")
    assert not rights("").may(Action.READ, None)


@pytest.mark.parametrize(
    ("claim", "claims", "is_meant"),
    [
        ('{sub = "anna"}', {"sub": "anna"}, True),
        ('{sub = "anna"}', {"sub": "boris"}, False),
        ('{groups = "dev"}', {"groups": ["ops", "dev"]}, True),
        ('{groups = ["dev", "qa"]}', {"groups": ["qa"]}, True),
        ('{groups = "dev"}', {"groups": "developers"}, False),
        ('{groups = "dev"}', {"groups": [1, None, {"dev": 1}]}, False),
        ('{groups = "dev", iss = "me"}', {"groups": ["dev"], "iss": "you"}, False),
        ('{scope = "registry.read"}', {"scope": "openid registry.read"}, True),
        ('{name = "anna"}', {"name": "anna karenina"}, False),
        ('{"realm.roles" = "dev"}', {"realm": {"roles": ["dev"]}}, True),
        ('{"https://example.org/roles" = "dev"}', {"https://example.org/roles": ["dev"]}, True),
        ('{"realm.roles" = "dev"}', {"realm": "roles"}, False),
    ],
)
def test_claims_of_a_token_are_compared(
    claim: str, claims: dict[str, object], is_meant: bool
) -> None:
    rules = f'[[allow]]\nclaim = {claim}\nmay = ["read"]\nsubjects = ["a"]'
    assert rights(rules, Identity(claims=claims)).may(Action.READ, "a") is is_meant


def test_star_is_every_user_but_no_token_and_nobody_unknown() -> None:
    rules = '[[allow]]\nuser = "*"\nmay = ["read"]\nsubjects = ["a"]'
    assert rights(rules).may(Action.READ, "a")
    assert not rights(rules, ANONYMOUS).may(Action.READ, "a")
    assert not rights(rules, Identity(claims={"sub": "anna"})).may(Action.READ, "a")
    assert not Permissions.parse(rules).admit_anonymous


def test_anonymous_has_rules_of_its_own() -> None:
    permissions = Permissions.parse('[[allow]]\nanonymous = true\nmay = ["read"]\nsubjects = ["a"]')
    assert permissions.admit_anonymous
    assert permissions.of(ANONYMOUS).may(Action.READ, "a")
    assert not permissions.of(ANNA).may(Action.READ, "a")


def test_denial_names_the_action_the_subject_and_who() -> None:
    with pytest.raises(RegistryError) as error:
        rights_on("a").require(Action.WRITE, "b")
    assert (error.value.status, error.value.error_code) == (403, 40301)
    assert error.value.message.startswith("User is denied operation Write on Subject: b")
    assert "user 'anna'" in error.value.message
    assert EVERYTHING.may(Action.DELETE, None)


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ("allow = 1", r"\[\[allow\]\]"),
        ("[[deny]]", r"\[\[allow\]\]"),
        ("[[allow]", "TOML|Expected"),
        ('[[allow]]\nmay = ["read"]\nsubjects = ["a"]', "number 1: name one of user"),
        ('[[allow]]\nuser = "a"\nanonymous = true\nmay = ["read"]\nsubjects = ["a"]', "name one"),
        ('[[allow]]\nuser = "a"\nmay = []\nsubjects = ["a"]', "name what it may"),
        ('[[allow]]\nuser = "a"\nmay = ["read"]', "name what it may"),
        ('[[allow]]\nuser = "a"\nmay = ["reed"]\nsubjects = ["a"]', "reed"),
        ('[[allow]]\nuser = "a"\nmay = ["read"]\nsubject = ["a"]', "subject"),
        ('[[allow]]\nuser = "a"\nmay = ["read"]\nsubjects = ["*-value"]', "not at its end"),
        ('[[allow]]\nuser = "a"\nmay = ["read"]\nsubjects = [":.c*:a"]', "not at its end"),
        ('[[allow]]\nuser = "a"\nmay = ["read"]\nsubjects = [""]', "empty"),
        ('[[allow]]\nclaim = {}\nmay = ["read"]\nsubjects = ["a"]', "name a claim"),
    ],
)
def test_rule_that_cannot_be_meant_is_an_error(rules: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Permissions.parse(rules)


def test_shown_rules_are_rules() -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "registry.md"
    [shown] = [
        block
        for block in re.findall(r"^```toml\n(.*?)^```", page.read_text(), re.DOTALL | re.MULTILINE)
        if "[[allow]]" in block
    ]
    granted = rights(shown)
    assert granted.may(Action.WRITE, ":.staging:orders")
    assert not granted.may(Action.DELETE, "orders-value")
    assert rights(shown, Identity(claims={"groups": ["platform"]})).may(Action.CONFIGURE, None)
