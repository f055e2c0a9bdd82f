"""What the cluster knows of itself: topics, their settings, and the broker's own.

Pure. `decide_*` functions look at a `MetadataImage` and return an `Outcome`: the records that would
make the change, and the error if there is none. Only `MetadataImage.apply(record)` changes
anything; after a restart the same `apply` reads the metadata log from its start. No file, clock or
random number is touched here: topic ids arrive as arguments.
"""
