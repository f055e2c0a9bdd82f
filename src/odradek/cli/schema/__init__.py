"""`odradek schema`: schemas in registries, ours or any, and in files.

command.py      the verbs
connection.py   how a registry is reached, and its errors as sentences
listing.py      list
show.py         show
register.py     register
difference.py   diff
compat.py       compat
deletion.py     delete
archive/        export and import
doctor/         doctor: what is wrong in a registry
check.py        check: files against registry.lock, without any network
verdict.py      what a registry would say of a schema, explained
questions.py    one question about each of many subjects
files.py        schema files as arguments
readable.py     schemas as people read them
"""
