"""Aliases: a subject whose config has an `alias` stands for another one in every request.

As with Confluent's registry an alias is followed once, only the subject's own config counts, and
the config and mode of an alias stay its own.

Differs from Kafka: an alias of another context may stand for a subject of the default context,
`:.:orders`, which Confluent does not find.
"""

from odradek.registry.decisions.view import View
from odradek.registry.state.names import SubjectName, matches_prefix, qualify_within


def meant_by(view: View, subject: str) -> str:
    """The subject that a qualified one stands for: itself, or the one it is an alias of."""
    config = view.index.configs.get(subject)
    if config is None or not config.alias:
        return subject
    return qualify_within(subject, config.alias)


def aliases_within(view: View, prefix: SubjectName) -> dict[str, list[str]]:
    """The subjects that have aliases which begin so, and those aliases."""
    aliases: dict[str, list[str]] = {}
    for subject in view.index.configs:
        if subject and matches_prefix(subject, prefix):
            meant = meant_by(view, subject)
            if meant != subject:
                aliases.setdefault(meant, []).append(subject)
    return aliases
