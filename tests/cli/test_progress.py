import io

from rich.console import Console

from odradek.cli.progress import Silent, Tally, show_progress


def test_log_gets_no_progress() -> None:
    log = io.StringIO()
    with show_progress("t", total=10, console=Console(file=log)) as progress:
        progress.update(records=1, position=1)

    assert isinstance(progress, Silent)
    assert log.getvalue() == ""


def test_terminal_gets_a_bar_where_the_end_is_known_and_a_count_elsewhere() -> None:
    shown = []
    for total in (4, None):
        terminal = io.StringIO()
        console = Console(file=terminal, force_terminal=True, width=100)
        with show_progress("flights", total=total, console=console) as progress:
            progress.update(records=2_000, position=1)
        shown.append(terminal.getvalue())

    assert all("2,000 records" in text for text in shown)
    assert ["25%" in text for text in shown] == [True, False]


def test_tally_counts_records_and_their_size() -> None:
    tally = Tally()
    tally.add(1_500_000)
    assert tally.text.startswith("1 record, 1.5 MB in 0.0 s (")
    tally.add(500_000)
    assert tally.text.startswith("2 records, 2.0 MB in 0.0 s (")
