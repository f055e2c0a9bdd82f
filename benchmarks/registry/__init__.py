"""The registry and the serializers: `python -m benchmarks.registry` measures and writes their page.

schemas.py       the schemas that are registered, and a topic full of them
http_client.py   clients of the REST API in a process of their own, each with one request at a time
contenders.py    our registry as a process, and another one beside it
service.py       one of them under such clients, and its start on a full topic
serializers.py   our serializers beside confluent-kafka's, in a process of their own
report.py        the page
"""
