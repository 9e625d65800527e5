"""The pane with the program's source: its files as tabs, whether lines are recorded, and where a line ran."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QTabBar, QToolButton, QVBoxLayout, QWidget

from visualiser.viewmodels import LineTag, LineWork, SourceFile
from visualiser.views.appearance import Appearance
from visualiser.views.code_editor import CodeEditor
from visualiser.views.elided import ElidedLabel

__all__ = ["CodeEditor", "CodePane"]

LINES_TIP = "Record every line of the program in the next run, and what watched names are worth. It takes longer then."


class CodePane(QFrame):
    """One file at a time; hidden while there is none. Wishes: `file_chosen(path)`: another one of the run's files;
    `line_requested(path, line)`: where did it run?; `visit_requested(direction)`: to the next or previous time it did;
    `watch_requested(name, on)`; `lines_requested(on)`."""

    file_chosen = Signal(str)
    line_requested = Signal(str, int)
    visit_requested = Signal(int)
    watch_requested = Signal(str, bool)
    lines_requested = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = CodeEditor()
        self.editor.line_requested.connect(lambda line: self.line_requested.emit(self.shown_path, line))
        self.editor.watch_requested.connect(self.watch_requested)
        self._files: list[SourceFile] = []
        self._tags: Mapping[str, Sequence[LineTag]] = {}
        self._work: Mapping[str, Mapping[int, LineWork]] = {}
        self._picked: tuple[str, int] = ("", 0)
        self._about, self._visits = "", ""
        self._follows, self._latest = True, 0
        self._name, self._hint, self._note = ElidedLabel(), QLabel(""), ElidedLabel()
        self._name.setProperty("role", "heading")
        for label in (self._hint, self._note):
            label.setProperty("role", "muted")
        self.tabs = _tab_bar()
        self.tabs.currentChanged.connect(self._on_chosen)
        self.lines_button = _button("Record lines", LINES_TIP)
        self.lines_button.setCheckable(True)
        self.lines_button.clicked.connect(self.lines_requested)
        self._before, self._after = (_button("◂", "To the time before that this line ran (Shift+V)"),
                                     _button("▸", "To the next time that this line runs (V)"))  # fmt: skip
        self._before.clicked.connect(lambda: self.visit_requested.emit(-1))
        self._after.clicked.connect(lambda: self.visit_requested.emit(1))
        self._lay_out()
        self.set_note("")
        self.set_picked("", 0, "")
        self.setVisible(False)

    def set_files(self, files: Sequence[SourceFile]) -> None:
        """These files can be shown; what is shown stays, if it is among them."""
        shown = self.shown_path
        if bool(files) != bool(self._files):  # else who hid it, or showed it, has decided
            self.setVisible(bool(files))
        self._files = list(files)
        with QSignalBlocker(self.tabs):
            while self.tabs.count():
                self.tabs.removeTab(0)
            for number, each in enumerate(files):
                self.tabs.addTab(each.name)
                self.tabs.setTabToolTip(number, each.path)
            self.tabs.setCurrentIndex(max(self._place(shown), 0))
        self.tabs.setVisible(len(files) > 1)
        self._name.setVisible(len(files) <= 1)
        self._name.setText(files[0].name if files else "")
        self._name.setToolTip(files[0].path if files else "")
        self._show()

    def set_tags(self, tags: Mapping[str, Sequence[LineTag]]) -> None:
        """Who stands where, by file."""
        self._tags = tags
        self._follow_latest()
        self.editor.set_tags(tags.get(self.shown_path, ()))
        elsewhere = sum(len(each) for path, each in tags.items() if path != self.shown_path)
        self._hint.setText(f"{elsewhere} in other files" if elsewhere else "")
        self._hint.setVisible(bool(elsewhere))

    def set_follows(self, follows: bool) -> None:
        """Whether a step into another file shows that file; while it plays, files would flicker."""
        self._follows = follows

    def set_work(self, work: Mapping[str, Mapping[int, LineWork]]) -> None:
        """What the lines took, by file and line."""
        self._work = work
        self.editor.set_work(work.get(self.shown_path, {}))

    def set_lines(self, on: bool, possible: bool) -> None:
        """Whether lines are recorded in the next run, and whether that can be chosen."""
        self.lines_button.setChecked(on)
        self.lines_button.setEnabled(possible)

    def set_note(self, text: str) -> None:
        """What there is to know about the lines of this run; the words on a line that was picked go before."""
        self._about = text
        self._tell()

    def set_picked(self, path: str, line: int, words: str) -> None:
        """The line whose visits are shown, and what there is to say; line 0: none."""
        self._picked, self._visits = (path, line), words
        self.editor.set_picked(line if path == self.shown_path else 0)
        for button in (self._before, self._after):
            button.setVisible(line > 0)
        self._tell()

    def set_look(self, look: Appearance) -> None:
        """Paint in this theme."""
        self.editor.set_look(look)

    def choose(self, path: str) -> None:
        """Show that one of the files, if it is among them."""
        index = self._place(path)
        if index >= 0:
            self.tabs.setCurrentIndex(index)

    @property
    def shown_path(self) -> str:
        """The path of the file that is shown; empty for none."""
        index = self.tabs.currentIndex()
        return self._files[index].path if 0 <= index < len(self._files) else ""

    # --- inner -------------------------------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 6, 8, 0)
        head.setSpacing(6)
        self._note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._note.setContentsMargins(16, 0, 8, 4)
        head.addWidget(self._name)
        head.addStretch(1)
        for widget in (self._hint, self._before, self._after, self.lines_button):
            head.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self._note)
        column.addWidget(self.tabs)
        column.addWidget(self.editor, 1)
        self.tabs.hide()

    def _tell(self) -> None:
        text = self._visits or self._about
        self._note.setText(text)
        self._note.setToolTip(text)
        self._note.setVisible(bool(text))

    def _place(self, path: str) -> int:
        return next((number for number, each in enumerate(self._files) if each.path == path), -1)

    def _show(self) -> None:
        self._show_file()
        self.set_tags(self._tags)

    def _show_file(self) -> None:
        file = next((each for each in self._files if each.path == self.shown_path), None)
        self.editor.set_source(file.text if file else "")
        self.editor.set_work(self._work.get(self.shown_path, {}))
        self.editor.set_picked(self._picked[1] if self._picked[0] == self.shown_path else 0)

    def _follow_latest(self) -> None:
        """Show the file that a thread has just stepped into; what the user chooses then stays until the next step."""
        latest = max(((tag.since, path) for path, tags in self._tags.items() for tag in tags), default=(0, ""))
        index = self._place(latest[1])
        if (
            latest[0] != self._latest
            and latest[0]
            and index >= 0
            and self._follows
            and index != self.tabs.currentIndex()
        ):
            with QSignalBlocker(self.tabs):
                self.tabs.setCurrentIndex(index)
            self._show_file()
        self._latest = latest[0]

    def _on_chosen(self) -> None:
        self._show()
        self.file_chosen.emit(self.shown_path)


def _tab_bar() -> QTabBar:
    bar = QTabBar()
    bar.setAccessibleName("File shown")
    bar.setDrawBase(False)
    bar.setExpanding(False)
    bar.setUsesScrollButtons(True)
    bar.setElideMode(Qt.TextElideMode.ElideMiddle)
    return bar


def _button(text: str, tip: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setToolTip(tip)
    button.setAccessibleName(tip.rsplit(" (", 1)[0] if len(text) == 1 else f"{text}: {tip.split('.')[0]}")
    return button
