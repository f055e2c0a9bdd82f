"""Transactions: which there are, what may follow, and what is stored of them.

Reading order: `states` (the table), `transaction` (one producer and its latest transaction, and the
steps it can take), `initializing` and `ending` (the rules of InitProducerId and EndTxn), then
`transactions` (all of them: requests in, decisions out, records applied). Pure: the clock, producer
ids and the log belong to `broker.transaction_coordinator`.
"""
