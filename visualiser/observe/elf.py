"""Where a symbol lies in an ELF file (elf(5)): just enough of the format to find `_PyRuntime` in a Python or
libpython.
"""

from __future__ import annotations

import mmap
import struct
from dataclasses import dataclass

MAGIC = b"\x7fELF\x02\x01"  # 64 bits, little-endian: x86-64 and ARM64
PT_LOAD, SHT_SYMTAB, SHT_DYNSYM = 1, 2, 11

_PROGRAM = struct.Struct("<IIQQQQQQ")  # type flags offset vaddr paddr filesz memsz align
_SECTION = struct.Struct("<IIQQQQIIQQ")  # name type flags addr offset size link info addralign entsize
_SYMBOL = struct.Struct("<IBBHQQ")  # name info other shndx value size


@dataclass(frozen=True)
class Symbol:
    """`value`: its address before loading. `first_load`: (file offset, address) of the first part that is mapped."""

    value: int
    first_load: tuple[int, int]

    def address(self, map_start: int, map_offset: int) -> int:
        """Where it is in a process that mapped this file's byte `map_offset` (of the first load) at `map_start`."""
        offset, address = self.first_load
        return map_start - (address - offset + map_offset) + self.value


def find_symbol(path: str, name: str) -> Symbol | None:
    """The symbol, or None where the file has none such or is no ELF file for 64 bits. Raises OSError."""
    with open(path, "rb") as file:
        try:
            data = mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ)
        except ValueError:  # an empty file
            return None
    try:
        return _search(data, name.encode()) if data[:6] == MAGIC else None
    except (struct.error, IndexError):  # cut short, or not what it seems
        return None
    finally:
        data.close()


def _search(data: mmap.mmap, name: bytes) -> Symbol | None:
    load = _first_load(data)
    start, size, count = (*struct.unpack_from("<Q", data, 40), *struct.unpack_from("<HH", data, 58))
    sections = [_SECTION.unpack_from(data, start + i * size) for i in range(count)]
    for section in sorted(sections, key=lambda one: one[1], reverse=True):  # .dynsym, the smaller one, first
        if section[1] in (SHT_SYMTAB, SHT_DYNSYM):
            value = _value(data, section, sections[section[6]], name)
            if value is not None and load is not None:
                return Symbol(value, load)
    return None


def _first_load(data: mmap.mmap) -> tuple[int, int] | None:
    start, size, count = (*struct.unpack_from("<Q", data, 32), *struct.unpack_from("<HH", data, 54))
    for i in range(count):
        kind, _, offset, address, *_ = _PROGRAM.unpack_from(data, start + i * size)
        if kind == PT_LOAD:
            return offset, address
    return None


def _value(data: mmap.mmap, table: tuple[int, ...], strings: tuple[int, ...], name: bytes) -> int | None:
    text = data[strings[4] : strings[4] + strings[5]]
    at = text.find(b"\0" + name + b"\0") + 1
    if not at:
        return None
    symbols = memoryview(data)[table[4] : table[4] + table[5] // _SYMBOL.size * _SYMBOL.size]
    try:
        return next((row[4] for row in _SYMBOL.iter_unpack(symbols) if row[0] == at and row[3]), None)
    finally:
        symbols.release()
