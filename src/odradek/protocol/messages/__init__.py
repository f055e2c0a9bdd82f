"""Requests and responses, one module per API, named and laid out as in Apache Kafka 4.3.1.

Each module says what the API is for and what each version adds. Nothing is imported here: a program
loads only the modules of the APIs it uses.
"""
