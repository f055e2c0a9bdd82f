"""A folder of schema files against what a registry has, without a registry: `odradek schema check`.

    lock.py        registry.lock: subjects, their versions and levels, as a file beside the schemas
    sources.py     files as subjects: the name says which, the ending says what
    mentions.py    which other schemas a text names, and which names it gives to others
    links.py       the references of each file, as whole trees
    verdicts.py    one file against the versions of its subject, at all seven levels
    acceptance.py  what was found right becomes the next version in the lock
    text.py        a report for people
    documents.py   a report for programs: JSON, and SARIF for code scanners

Invariant: pure; the command line reads the files and prints the report.
"""
