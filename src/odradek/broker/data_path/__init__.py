"""Where records go: appending, syncing, waiting, fetching, over the logs of all partitions."""
