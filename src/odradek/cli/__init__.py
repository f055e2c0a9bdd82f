"""The command line: `odradek <noun> <verb>`, one thin module per noun.

A module here turns arguments into calls and results into text; it decides nothing about Kafka.
All commands but `broker` are plain Kafka clients and work against any Kafka cluster.
"""
