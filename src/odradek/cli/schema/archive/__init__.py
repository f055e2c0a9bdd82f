"""A registry as files: `odradek schema export` and `import`.

contents.py      what an archive holds: subjects with their versions, settings of all scopes
reading.py       a registry as an archive
folder.py        an archive as files, one folder for each subject, texts byte for byte
export.py        from a registry into a folder
locking.py       an archive as the lock against which files are checked
order.py         every version after what it refers to
sameness.py      whether a registry has a schema, though its text may differ in form
plan.py          what an import has to do, and what is in its way
modes.py         scopes in import mode, and never left in it
settings.py      the settings of a scope become what an archive says
restore.py       carries a plan out, with the ids of the archive
renumber.py      the same where the registry chooses new ids
importing.py     from a folder into a registry
"""
