"""A register's file read line by line, without a register that it would be compared with."""

from __future__ import annotations

from dataclasses import dataclass, field

from referendum.kernel import spreadsheet
from referendum.kernel.spreadsheet import Refused
from referendum.roll.lines import COLUMNS, Fault, Reason, RegisterLine, read_line


@dataclass
class Parsed:
    lines: list[RegisterLine] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    noted: list[Refused] = field(default_factory=list)


def read_register(data: bytes, *, invented: bool = False) -> Parsed:
    """The lines that can be read, and the places of the faults in the others."""
    found = Parsed()
    table = spreadsheet.read(data, COLUMNS)
    for row in table or ():
        try:
            line = read_line(row.line, row.cells, invented=invented)
        except Fault as fault:
            found.refused.append(Refused(row.line, fault.column, fault.reason))
            continue
        found.lines.append(line)
        if line.phone is None and row.cells[-1]:
            found.noted.append(Refused(row.line, "phone", Reason.PHONE_UNUSABLE))
    return found
