"""`odradek group`: the consumer groups of any Kafka cluster.

`command` and `reset` have the verbs, `inspection` asks the cluster, `changes` changes it;
`membership`, `lag` and `reset_plan` work out what the answers mean, `description` shows them.
"""
