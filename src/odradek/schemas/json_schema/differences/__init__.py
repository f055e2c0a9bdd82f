"""What differs between a writer's and a reader's JSON Schema, and what a reader can live with.

    kinds.py          the names of all differences
    policies.py       which of them are compatible: STRICT and LENIENT
    difference.py     one difference, and how a comparison of two nodes asks about inner ones
    values.py         strings, numbers, enumerations, constants
    objects.py        properties and their content models
    arrays.py         items and theirs
    matching.py       pairs up as many parts of two combinations as possible
    combinations.py   allOf, anyOf, oneOf
    nodes.py          any two nodes
    fixpoint.py       the whole of two graphs: cycles, and a budget of work
    explanations.py   a difference in words, with a way to mend it

What it does not do: know levels and versions, or try records.
"""
