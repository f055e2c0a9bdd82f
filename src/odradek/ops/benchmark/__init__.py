"""What each choice of a producer's acks costs, and what it loses; on any Kafka cluster.

`matrix` says what is measured, `measuring` measures one cell of it, `losing` kills leaders and
counts, `results` sums up, `run` does all in turn, `plots` draws.
"""
