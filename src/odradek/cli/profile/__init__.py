"""`odradek profile`: what the profiles of a producer promise, and the settings that keep it."""
