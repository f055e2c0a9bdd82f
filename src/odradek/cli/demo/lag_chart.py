"""The lag of a group as bars, one line for each look, with the partitions that each member owns."""

from collections.abc import Iterator, Mapping, Sequence

from rich.console import Console

LAG_WIDTH = 18
BAR_WIDTH = 36


class LagChart:
    """Prints a line when told; who owns what is one digit for each partition."""

    def __init__(
        self, console: Console, *, total: int, members: Sequence[str], partitions: int
    ) -> None:
        self._console = console
        self._total = total
        self._members = members
        self._partitions = partitions
        self._owner_width = max(partitions, *map(len, members))

    def heading(self) -> None:
        """Print what the columns are."""
        names = "  ".join(f"{name:<{self._owner_width}}" for name in self._members)
        self._console.print(f"\n{'lag':>{LAG_WIDTH}}  {'':<{BAR_WIDTH}}  {names}")

    def line(self, lag: int, owned: Mapping[str, Sequence[int]] | None) -> None:
        """Print one look; `owned` is None in a rebalance, when nobody can tell."""
        bar = "█" * round(BAR_WIDTH * lag / self._total)
        owners = "rebalance" if owned is None else "  ".join(self._owners(owned))
        line = f"{lag:>{LAG_WIDTH},}  [cyan]{bar:<{BAR_WIDTH}}[/cyan]  {owners}"
        self._console.print(line.rstrip())

    def _owners(self, owned: Mapping[str, Sequence[int]]) -> Iterator[str]:
        for name in self._members:
            digits = (
                str(number % 10) if number in owned.get(name, ()) else "·"
                for number in range(self._partitions)
            )
            yield f"{''.join(digits):<{self._owner_width}}"
