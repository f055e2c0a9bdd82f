"""One node of a cluster: its jars, its files, its formatted storage, its process."""
