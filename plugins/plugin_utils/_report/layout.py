# Copyright: contributors to the ovhcloud.vrack project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where everything of the drawn picture stands, in pixels. SVG does not lay out by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, List, Tuple

from .picture import Cell, Chip, Line, Picture, Subnet

MARGIN, HEAD, LABELS = 24, 118, 190
CHIP, CHIP_HEIGHT, GAP = 138, 40, 10
STEM, SUBNET, AFTER = 12, 30, 22
MOST_ACROSS = 3


@dataclass(frozen=True)
class Box:
    """An instance on a line. top: of its stem."""

    chip: Chip
    line: Line
    x: int
    y: int
    first_row: bool

    @property
    def middle(self) -> int:
        return self.x + CHIP // 2


@dataclass(frozen=True)
class Range:
    subnet: Subnet
    line: Line
    x: int
    y: int
    width: int


@dataclass
class Row:
    """there: from where to where the line is whole, column by column."""

    line: Line
    y: int
    height: int
    there: List[Tuple[int, int]]
    boxes: List[Box] = field(default_factory=list)
    ranges: List[Range] = field(default_factory=list)


@dataclass
class Drawn:
    width: int
    height: int
    columns: List[Tuple[str, int, int]]
    rows: List[Row]
    links: List[str]
    chip: Tuple[int, int] = (CHIP, CHIP_HEIGHT)
    stem: int = STEM
    left: int = MARGIN
    labels: int = MARGIN + LABELS


def laid_out(picture: Picture) -> Drawn:
    columns, x = [], MARGIN + LABELS
    for region in picture.regions:
        most = max((len(line.cells[region].chips) for line in picture.lines), default=0)
        across = max(1, min(most, MOST_ACROSS))
        width = max(across * (CHIP + GAP) + GAP, 190)
        columns.append((region, x, width))
        x += width + GAP
    rows, y = [], HEAD
    for line in picture.lines:
        row = _row(line, columns, y)
        rows.append(row)
        y += row.height
    return Drawn(max(x - GAP + MARGIN, 640), y + MARGIN // 2, columns, rows, _links(rows))


def _row(line: Line, columns: List[Tuple[str, int, int]], y: int) -> Row:
    row = Row(line, y, 0, [])
    below = y + 34
    for region, x, width in columns:
        cell = line.cells[region]
        if not cell.there:
            continue
        row.there.append((x - GAP // 2, x + width + GAP // 2))
        below = max(below, _fill(row, cell, x, width))
    row.height = below - y + AFTER
    return row


def _fill(row: Row, cell: Cell, x: int, width: int) -> int:
    """Put chips under the line and the ranges under these; say where it ends."""
    across = max(1, (width - GAP) // (CHIP + GAP))
    top = row.y + STEM
    for number, chip in enumerate(cell.chips):
        down, aside = divmod(number, across)
        at = x + GAP + aside * (CHIP + GAP)
        row.boxes.append(Box(chip, row.line, at, top + down * (CHIP_HEIGHT + GAP), down == 0))
    lines = -(-len(cell.chips) // across)
    y = top + lines * (CHIP_HEIGHT + GAP) + (0 if lines else 2)
    for subnet in cell.subnets:
        row.ranges.append(Range(subnet, row.line, x + GAP, y + 12, width - 2 * GAP))
        y += SUBNET
    return y


def _links(rows: List[Row]) -> List[str]:
    """From each place of an instance to its next one, as paths."""
    last: Dict[str, Box] = {}
    found = []
    for row in rows:
        for box in row.boxes:
            above = last.get(box.chip.machine.key)
            if above is not None:
                start, end = above.y + CHIP_HEIGHT, box.y
                down, up = start + (end - start) // 2, end - (end - start) // 2
                curve = f"C{above.middle} {down} {box.middle} {up} {box.middle} {end}"
                found.append(f"M{above.middle} {start}{curve}")
            last[box.chip.machine.key] = box
    return found
