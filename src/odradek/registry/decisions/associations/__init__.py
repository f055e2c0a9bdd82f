"""Topics, and other resources, with the subjects that hold the schemas of their keys and values.

finding.py     associations found and deleted
rules.py       what may be associated with what
making.py      associations made and changed, with schemas that come along
draft.py       several decisions of one request
"""
