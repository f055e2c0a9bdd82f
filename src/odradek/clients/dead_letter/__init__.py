"""Records that cannot be delivered or processed become letters, wait, and are sent again.

letter.py      a letter: a record and its failure
headers.py     how a letter travels: Connect's headers, ours, Spring's
spool.py       letters on the local disk, while no broker takes them
topic.py       dead letter topics: made as they are needed, written to with every safety
reader.py      letters read in order, and how far they were replayed
courier.py     a thread that brings letters from the spool to their topics
sink.py        a producer's failure policy that makes letters
replay.py      letters sent to their topics again, each once
errors.py      what can go wrong
"""
