"""`odradek schema doctor`: what is wrong in a registry, and what mends it.

command.py       the command and its report
finding.py       one thing that is found
histories.py     versions that do not follow from those before them
content.py       references that lead nowhere, one schema under several ids
settings.py      levels that ask nothing, modes that were left behind
topics.py        what a Kafka cluster tells: the registry's topic, subjects without one
records.py       what records carry, and the registry does not have
"""
