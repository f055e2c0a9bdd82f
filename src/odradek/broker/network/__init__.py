"""Sockets: listening, accepting, receiving frames, sending replies and files."""
