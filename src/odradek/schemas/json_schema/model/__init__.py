"""A JSON Schema as a graph of nodes, one kind of constraint each, whatever draft it is written in.

    drafts.py       the five drafts, and which keyword means something in which
    nodes.py        the kinds of nodes
    documents.py    the documents a schema consists of, and what a `$ref` in one of them means
    keywords.py     reads one keyword, or says what is wrong with it
    pieces.py       which keywords of one object belong together, since 2019-09
    groups.py       the keywords about one type of JSON value as one node
    combining.py    several nodes as one
    building.py     the graph of a document

What it does not do: compare, or judge records.
"""
