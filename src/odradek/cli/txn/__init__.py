"""`odradek txn`: the transactions of any Kafka cluster, and those that hang.

`command` has the verbs, `inspection` asks the cluster and ends a transaction there, `hanging` works
out which open transactions no coordinator will ever end.
"""
