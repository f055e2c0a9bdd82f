"""What a program imports to talk to a Kafka cluster, ours or any other, over TCP.

    serializers    values to bytes and back
    dead_letter    what could not be delivered or processed, kept and sent again

It knows only `bootstrap.servers`, and is never imported by a broker.
"""
