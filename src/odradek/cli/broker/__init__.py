"""`odradek broker`: one Kafka broker in this process.

`quick_start` reads the plain command line, `command` explains every other, `serving` runs it.
"""
