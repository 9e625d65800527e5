"""Definitions of all processes in one space: texts, source sites and objects under ids that hold for the whole run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from visualiser.events import Table

from .columns import Int32s
from .values import Definition


class Site(NamedTuple):
    """A line of source. `line` 0: not known."""

    line: int
    function: str
    file: str

    @property
    def short(self) -> str:
        """As people say it: "bank.py:17"; empty when nothing is known."""
        name = self.file.replace("\\", "/").rsplit("/", 1)[-1]
        return f"{name}:{self.line}" if self.line else name


@dataclass(frozen=True)
class Object:
    """A lock, thread, pool ... of the program. `site`: id of where it was made; `name`: what the program calls it.

    `label` names it for people: by its name, or by its line, with a number from the second one made there on. `key`:
    what all processes that share it know it by, so that it is one object to us; "" where nothing says that.
    """

    type: str
    site: int
    name: str
    label: str
    key: str = ""


NO_SITE = Site(0, "", "")
NO_OBJECT = Object("", 0, "", "")


class Definitions:
    """All definitions so far. Id 0 is "none" in every table; equal texts and sites of several processes are one."""

    def __init__(self) -> None:
        self.texts: list[str] = [""]
        self.sites: list[Site] = [NO_SITE]
        self.objects: list[Object] = [NO_OBJECT]
        self.refused = 0
        self._known: dict[tuple[int, str], int] = {}
        self._maps: dict[tuple[int, int], npt.NDArray[np.int32]] = {}
        self._shared: dict[tuple[str, str], int] = {}
        self._alike: dict[tuple[int, str], int] = {}  # made on one line by one process: told apart by number

    def add(self, definitions: Iterable[Definition]) -> None:
        """Take new ones in. Those that make no sense are counted in `refused` and left out."""
        for one in definitions:
            if one.table not in (Table.TEXT, Table.SITE, Table.OBJECT) or not self._plausible(one):
                self.refused += 1
                continue
            self._map(one.process, one.table, one.id)[one.id] = self._enter(one)

    def resolve(self, process: int, table: int, ids: npt.NDArray[Any]) -> Int32s:
        """Ids of one process's records as ids of the run; what was never defined becomes 0."""
        known = self._maps.get((process, table))
        if known is None:
            return np.zeros(len(ids), np.int32)
        found: Int32s = known[np.minimum(ids, len(known) - 1)]  # the last place is always free, hence 0
        return found

    def resolve_one(self, process: int, table: int, number: int) -> int:
        """The same for a single id."""
        known = self._maps.get((process, table))
        return int(known[number]) if known is not None and number < len(known) else 0

    def _plausible(self, one: Definition) -> bool:
        # Writers count 1, 2, 3 ...; a wild number in a damaged file must not make us reserve gigabytes.
        total = len(self.texts) + len(self.sites) + len(self.objects)
        return 0 < one.id < 4 * total + (1 << 20)

    def _map(self, process: int, table: int, number: int) -> npt.NDArray[np.int32]:
        known = self._maps.get((process, table))
        if known is None or number >= len(known) - 1:
            bigger = np.zeros(max(64, 2 * number + 2), np.int32)
            if known is not None:
                bigger[: len(known)] = known
            self._maps[process, table] = known = bigger
        return known

    def _enter(self, one: Definition) -> int:
        if one.table == Table.OBJECT:
            return self._enter_object(one)
        number = self._known.get((one.table, one.text))
        if number is None:
            number = self._known[one.table, one.text] = self._append(one)
        return number

    def _enter_object(self, one: Definition) -> int:
        parts = one.text.split("\t", 3)
        shared = (parts[0], parts[3]) if len(parts) > 3 and parts[3] and not parts[2] else None
        if shared is not None and shared in self._shared:
            return self._shared[shared]
        self.objects.append(self._object(one))
        if shared is not None:
            self._shared[shared] = len(self.objects) - 1
        return len(self.objects) - 1

    def _append(self, one: Definition) -> int:
        if one.table == Table.TEXT:
            self.texts.append(one.text)
            return len(self.texts) - 1
        self.sites.append(_site(one.text))
        return len(self.sites) - 1

    def _object(self, one: Definition) -> Object:
        kind, site, name = [*one.text.split("\t", 2), "", ""][:3]
        name, key = ("", name[1:]) if name.startswith("\t") else (name, "")
        where = self.resolve_one(one.process, Table.SITE, int(site)) if _small_number(site) else 0
        short = self.sites[where].short
        label = f"{kind} {name}" if name else f"{kind} ({short})" if short else kind
        alike = self._alike[one.process, label] = self._alike.get((one.process, label), 0) + 1
        return Object(kind, where, name, label if alike == 1 else f"{label} #{alike}", key)


def _site(text: str) -> Site:
    line, function, file = [*text.split("\t", 2), "", ""][:3]
    return Site(int(line) if _small_number(line) else 0, function, file)


def _small_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10
