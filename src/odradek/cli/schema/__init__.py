"""`odradek schema`: schemas in files and, some day, in registries.

command.py   the verbs
check.py     a folder of schema files against registry.lock, without any network
"""
