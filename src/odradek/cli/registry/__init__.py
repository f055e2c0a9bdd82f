"""`odradek registry`: a schema registry in this process."""
