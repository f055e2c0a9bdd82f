"""`odradek up`: every part, each in a process of its own."""
