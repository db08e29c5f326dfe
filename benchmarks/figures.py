"""Figures of a measurement: each with the least and the most that it may be, given where it is made, and told by one
function.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

NAME, ROW, VALUE = 52, 22, 14
"""Widths of a figure's name, of that of a table's row, and of a value."""

Report = tuple[str, "Figures"]
"""What was measured, and what was found."""


@dataclass(frozen=True)
class Figure:
    """One number that was found.

    Attributes:
        least: what it must not fall below; None: anything.
        most: what it must not exceed; None: anything.
        unit: of the value and both bounds.
        where: of the largest of many, which of them it is.
        row: of a table with several rows, the one in which it stands.
    """

    name: str
    value: float
    least: float | None = None
    most: float | None = None
    unit: str = ""
    where: str = ""
    row: str = ""

    @property
    def is_reached(self) -> bool:
        """Whether it lies within its bounds; what is no number lies within none."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    @property
    def wanted(self) -> str:
        """The bounds in words; empty for a figure without."""
        if self.least is None and self.most is None:
            return ""
        if self.least == self.most:
            return f"wanted {self.most:,g}"
        bounds = [("at least", self.least), ("at most", self.most)]
        return "wanted " + ", ".join(f"{word} {bound:,g}" for word, bound in bounds if bound is not None)


class Figures:
    """What a measurement found, in the order in which it is told; a figure's value is asked for by its name."""

    def __init__(self, *figures: Figure) -> None:
        self._figures = figures

    def __iter__(self) -> Iterator[Figure]:
        return iter(self._figures)

    def __getitem__(self, name: str) -> float:
        """The value of the one figure of this name."""
        [found] = [figure.value for figure in self if figure.name == name]
        return found

    def __repr__(self) -> str:
        return repr(self._figures)

    @property
    def missed(self) -> list[Figure]:
        """Those that are not as wanted."""
        return [figure for figure in self if not figure.is_reached]


def no(name: str, count: int) -> Figure:
    """Something of which there must be none."""
    return Figure(name, count, least=0, most=0)


def worst(figures: Iterable[Figure]) -> Figure:
    """That which is the furthest above its upper bound, or comes nearest to it; of those without, the largest."""
    return max(figures, key=lambda figure: (figure.value / figure.most if figure.most else 0, figure.value))


def show(title: str, figures: Figures) -> None:
    """Print the figures: those of a table as its rows, all others in a line each, with what is wanted.

    In a table a mark stands behind what is not as wanted.
    """
    print(f"\n{title}")
    header: list[str] = []
    for row, group in groupby(figures, key=lambda figure: figure.row):
        cells = list(group)
        if not row:
            print("\n".join(map(_line, cells)), flush=True)
            continue
        if header != (header := [_labelled(cell) for cell in cells]):
            print("  " + " " * ROW + "".join(f"{label:>{_width(label)}}" for label in header))
        texts = [f"{_number(cell):>{_width(label)}}" for cell, label in zip(cells, header, strict=True)]
        print((f"  {row:<{ROW}}" + "".join(texts)).rstrip(), flush=True)


def _line(figure: Figure) -> str:
    missed = "" if figure.is_reached else "NOT REACHED: "
    told = f"  {_labelled(figure):<{NAME}}{figure.value:{VALUE},.2f}  {missed}{figure.wanted}"
    return f"{told:<{NAME + VALUE + 36}}  {figure.where}".rstrip()


def _number(figure: Figure) -> str:
    return f"{figure.value:,.2f}{' ' if figure.is_reached else '!'}"


def _labelled(figure: Figure) -> str:
    return f"{figure.name}, {figure.unit}" if figure.unit else figure.name


def _width(label: str) -> int:
    return max(len(label) + 2, VALUE)
