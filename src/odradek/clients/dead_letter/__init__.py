"""Records that cannot be delivered or processed become letters, wait, and are sent again.

letter.py      a letter: a record and its failure
headers.py     how a letter travels: Connect's headers, ours, Spring's
spool.py       letters on the local disk, while no broker takes them
errors.py      what can go wrong
"""
