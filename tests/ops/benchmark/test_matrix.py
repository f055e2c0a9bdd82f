"""Which producers there are to measure, and in which order."""

from collections import Counter

from odradek.ops.benchmark.matrix import QUICK, Matrix, shuffled_rounds


def test_only_acks_all_is_idempotent() -> None:
    cells = Matrix().cells()
    assert {cell.acks for cell in cells if cell.is_idempotent} == {"all"}
    assert len(cells) == len(set(cells)) == 4 * 4 * 3 * 3


def test_cell_says_its_settings_to_librdkafka() -> None:
    [cell] = Matrix(("all",), (True,), ("lz4",), (50,), (100,)).cells()
    assert cell.promise == "all, idempotent"
    assert cell.settings == {
        "acks": "all",
        "enable.idempotence": "true",
        "compression.type": "lz4",
        "linger.ms": "50",
    }


def test_every_round_has_every_cell_in_an_order_of_its_own(seed: int) -> None:
    cells = Matrix().cells()
    order = shuffled_rounds(cells, repeats=3, seed=seed)
    assert set(Counter(order).values()) == {3}
    first, second = order[: len(cells)], order[len(cells) : 2 * len(cells)]
    assert set(first) == set(second) == set(cells)
    assert first != second
    assert order == shuffled_rounds(cells, repeats=3, seed=seed)


def test_quick_matrix_has_every_promise() -> None:
    assert {cell.promise for cell in QUICK.cells()} == {"0", "1", "all", "all, idempotent"}
