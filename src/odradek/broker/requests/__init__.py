"""From a frame to the handler of its API and back; the short ways of the two commonest requests."""
