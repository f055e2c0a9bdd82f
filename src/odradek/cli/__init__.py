"""The command line: `odradek <noun> <verb>`, one package per noun; here is what they share.

A command turns arguments into calls and results into text; it decides nothing about Kafka.
All commands but `broker` are plain Kafka clients and work against any Kafka cluster.
"""
