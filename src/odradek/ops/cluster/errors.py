"""How anything about a cluster fails: one sentence."""


class ClusterError(RuntimeError):
    """The cluster cannot do what it was asked; `str(error)` is the sentence for the user."""
