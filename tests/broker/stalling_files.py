"""A disk that can be told to wait."""

import threading

from odradek.broker.log import Files


class StallingFiles(Files):
    """Once it `is_stalled`, the syncs of logs, which run in threads, wait for `go_on`."""

    def __init__(self) -> None:
        super().__init__()
        self.is_stalled = False
        self.go_on = threading.Event()

    def fdatasync(self, descriptor: int) -> None:
        if self.is_stalled and threading.current_thread() is not threading.main_thread():
            self.go_on.wait()
        super().fdatasync(descriptor)
