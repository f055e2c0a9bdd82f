"""Which schemas the records of a cluster carry, and which none does.

counting.py    from bytes to counts: the ids and GUIDs that keys and values name
reading.py     the topics that subjects are called after, read and counted
options.py     which records are read
command.py     `odradek schema usage`
guard.py       deletions for good that records forbid
"""
