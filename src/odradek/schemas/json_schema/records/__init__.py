"""Records that show what a change breaks.

    points.py       strings and numbers at the edges of two schemas
    facets.py       what a schema says about one type of value, through combinations and references
    candidates.py   values that a writer's schema may allow and a reader's may not
    effort.py       whether a validator is done with a record in a moment
    search.py       tries them, until one really is a witness

What it does not do: prove that there is none.
"""
