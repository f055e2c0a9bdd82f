"""What requests change: each decision looks at the state and gives an answer and records to write.

    view.py            the state as decisions see it: index, parsed schemas, the server's defaults
    parsing.py         contents to parsed schemas, with everything they refer to
    completion.py      what a schema takes over from configs and from its predecessor
    fields.py          names that fields may not have
    compatibility.py   a schema against earlier versions, and what is said of it
    group.py           several decisions, each on what those before it will have made
    sameness.py        which version of a subject a schema is
    registration.py    a schema becomes a version of a subject, or is one already
    tagging.py         tags inside of a schema's text
    derivation.py      a version with other tags, metadata or rules than another one
    aliases.py         subjects that stand for others
    lookup.py          which version a schema is, by content, id, GUID or metadata
    deletion.py        versions, subjects and contexts, softly or for good
    settings.py        configs and modes
    associations/      topics and the subjects of their schemas

Pure: nothing is changed here. Errors are RegistryError, raised before anything is written.
"""
