"""What the topic `_schemas` says. Pure.

names.py       subjects and the contexts they are in
content.py     a schema with all that comes with it, and the GUID that follows from that
settings.py    configurations and modes, and whose apply to a subject
records.py     the records of the topic, by meaning
codec.py       their keys and values, byte for byte as Confluent writes them
index.py       what all records add up to
"""
