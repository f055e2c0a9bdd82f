"""What a disk still holds after the power failed: a model of the weakest disk POSIX allows.

A file has the content of its last fdatasync; a directory the names of its last fsync; a file that
was synced is lost all the same when its name was not. With a random source, some of what was not
synced survives as well: of each directory a prefix of its changes in their order, of each file a
prefix of its bytes, perhaps with zeros behind it, as file systems leave them that grow a file
before they fill it.

Deliberately not modelled: reordering of changes within one directory (journals keep their order),
and damage to what was synced.
"""

import os
import random
from typing import TypeAlias

Node: TypeAlias = "RememberedFile | RememberedDirectory"


class RememberedFile:
    """A file's content now and at its last sync."""

    def __init__(self, synced: bytes = b"") -> None:
        self.content = bytearray(synced)
        self.synced = synced
        self._untouched = len(synced)
        """How many of the first bytes are as they were synced: no power loss takes these."""

    def write(self, data: bytes, position: int) -> None:
        self._untouched = min(self._untouched, position)
        self.content += bytes(max(0, position - len(self.content)))
        self.content[position : position + len(data)] = data

    def truncate(self, size: int) -> None:
        self._untouched = min(self._untouched, size)
        del self.content[size:]
        self.content += bytes(size - len(self.content))

    def sync(self) -> None:
        self.synced = bytes(self.content)
        self._untouched = len(self.synced)

    def survivor(self, dice: random.Random | None) -> bytes:
        """The content after a power loss."""
        current = bytes(self.content)
        if dice is None or current == self.synced:
            return self.synced
        cut = dice.randint(self._untouched, len(current))
        zeros = bytes(dice.randint(0, len(current) - cut))
        return dice.choice([self.synced, current, current[:cut], current[:cut] + zeros])


class RememberedDirectory:
    """A directory's names at its last sync and after each change since."""

    def __init__(self) -> None:
        self.states: list[dict[str, Node]] = [{}]

    @property
    def entries(self) -> dict[str, Node]:
        return self.states[-1]

    def put(self, name: str, node: Node) -> None:
        self.states.append({**self.entries, name: node})

    def remove(self, name: str) -> None:
        self.states.append({key: node for key, node in self.entries.items() if key != name})

    def rename(self, source: str, target: str) -> None:
        """One change: no power loss shows both names or neither."""
        entries = dict(self.entries)
        entries[target] = entries.pop(source)
        self.states.append(entries)

    def sync(self) -> None:
        self.states = [self.entries]

    def survivors(self, dice: random.Random | None) -> "RememberedDirectory":
        """The directory after a power loss."""
        names = self.states[0] if dice is None else dice.choice(self.states)
        survivors = RememberedDirectory()
        survivors.states = [
            {
                name: node.survivors(dice)
                if isinstance(node, RememberedDirectory)
                else RememberedFile(node.survivor(dice))
                for name, node in sorted(names.items())
            }
        ]
        return survivors

    def write_survivors(self, path: str, dice: random.Random | None) -> None:
        """Write what survives below `path`, which must not exist."""
        self.survivors(dice)._write(path)

    def _write(self, path: str) -> None:
        os.mkdir(path)
        for name, node in self.entries.items():
            target = os.path.join(path, name)
            if isinstance(node, RememberedDirectory):
                node._write(target)
            else:
                with open(target, "wb") as file:
                    file.write(node.content)
