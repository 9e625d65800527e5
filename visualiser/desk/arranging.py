"""Arranging lanes: the menu, the keys, the lane that they act on, and a lane's name dragged elsewhere."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint

from visualiser import viewmodels
from visualiser.desk.bench import Bench
from visualiser.viewmodels import SortBy


def connect_arranging(desk: Bench) -> None:
    """What can be done to lanes."""
    line, view = desk.timeline, desk.window.timeline
    work, menu = viewmodels.LaneWork(line, desk), _LaneMenu(desk)
    view.canvas.lane_drop_requested.connect(work.drop)
    view.canvas.menu_requested.connect(menu.show)
    view.show_all_requested.connect(work.show_all)
    work.told.connect(desk.tell)
    desk.commands.update(
        lane_above=partial(line.step_lane, -1), lane_below=partial(line.step_lane, 1),
        fold=work.fold, fold_all=work.fold_all, hide=work.hide, show_all=work.show_all, pin=work.pin,
        lane_up=partial(work.move, -1), lane_down=partial(work.move, 1),
        sort_start=partial(work.sort, SortBy.START), sort_name=partial(work.sort, SortBy.NAME),
        sort_busy=partial(work.sort, SortBy.BUSY), sort_waiting=partial(work.sort, SortBy.WAITING),
    )  # fmt: skip


class _LaneMenu(QObject):
    def __init__(self, desk: Bench) -> None:
        super().__init__(desk)
        self._desk = desk

    def show(self, x: float, y: float, where: QPoint) -> None:
        """By mouse: of the lane under it; by key (x below 0): of the current one, beside its name."""
        line, canvas = self._desk.timeline, self._desk.window.timeline.canvas
        if line.scene is None:
            return
        if x >= 0:
            lane = line.lane_at(y)
            if lane is None:
                return
            line.point_out(lane)
        elif (current := line.lane(line.current)) is not None:
            where = canvas.mapToGlobal(QPoint(round(line.scene.body.x0 / 2), round(current.y0)))
        self._desk.window.show_lane_menu(where)
