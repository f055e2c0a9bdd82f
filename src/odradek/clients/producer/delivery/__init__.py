"""What becomes of a record once it is sent, and who is told.

receipt.py          what became of a record, for threads, for coroutines, for a callback
loop_wakeups.py     receipts that are awaited
error_classes.py    what an error says of a record
untold_failures.py  failures that nobody has looked at yet
ledger.py           what became of every record
"""
