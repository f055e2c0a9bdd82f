"""Schemas as values: parse them, compare them, say what an incompatible change would break. Pure.

    schema.py            a schema's text and references, and what a format makes of them
    levels.py            the seven compatibility levels, and the policies of JSON Schema
    tags.py              what is personal, and other tags of records and fields
    incompatibility.py   one thing a reader cannot read, whom it breaks, and how to mend it
    comparison.py        a new schema against earlier versions, at one level or at all
    formats.py           finds a format by its schema type
    wire_format.py       how a record says which schema it was written with

What it does not do: know subjects, versions and ids (the registry), or sockets (the clients).
"""
