"""The tab that says what made a run as slow as it is, what another way would bring, and which way to choose."""

from __future__ import annotations

from PySide6.QtCore import QUrl, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from visualiser.viewmodels import GuidePage, VerdictPage
from visualiser.views.details import browser
from visualiser.views.verdict_html import guide_html, verdict_html

GUIDE, BACK = "Decision guide", "Back to the verdict"


class VerdictPanel(QWidget):
    """Wishes: `show_requested(row)`: where the verdict is seen; `measure_requested(key)`: the offer of the Compare
    window; `answer_requested(question, choice)`, choice empty: what the run says again; `scenario_requested(id)`."""

    show_requested = Signal(int)
    measure_requested = Signal(str)
    answer_requested = Signal(str, str)
    scenario_requested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page = VerdictPage()
        self._guide: GuidePage | None = None
        self._style = ""
        self.browser = browser("Verdict")
        self.browser.anchorClicked.connect(self._on_link)
        self.measure_button, self.guide_button = QPushButton("Measure it …"), QPushButton(GUIDE)
        self.guide_button.setCheckable(True)
        self.measure_button.clicked.connect(self._measure)
        self.guide_button.toggled.connect(self._show)
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 8)
        row.setSpacing(8)
        row.addWidget(self.measure_button)
        row.addWidget(self.guide_button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.browser, 1)
        column.addLayout(row)
        self._show()

    def set_verdicts(self, page: VerdictPage) -> None:
        """What is said of the run."""
        self._page = page
        estimate = page.estimate
        self.measure_button.setEnabled(estimate is not None and bool(estimate.measure))
        self.measure_button.setToolTip(estimate.why_not if estimate is not None else "")
        self._show()

    def set_guide(self, page: GuidePage) -> None:
        """The guide, filled in."""
        self._guide = page
        self._show()

    def set_style(self, style: str) -> None:
        """How headings and cells look."""
        self._style = style
        self.browser.document().setDefaultStyleSheet(style)
        self._show()

    @property
    def shows_guide(self) -> bool:
        """Whether the guide is looked at."""
        return self.guide_button.isChecked()

    def text(self) -> str:
        """What is shown, as plain text."""
        return self.browser.toPlainText()

    # --- inner -------------------------------------------------------------------------------------------------------

    def _show(self) -> None:
        guide = self.shows_guide and self._guide is not None
        self.guide_button.setText(BACK if guide else GUIDE)
        self.measure_button.setVisible(not guide)
        bar = self.browser.verticalScrollBar()
        at = bar.value()
        self.browser.setHtml(guide_html(self._guide) if guide and self._guide else verdict_html(self._page))
        bar.setValue(at)

    def _measure(self) -> None:
        if self._page.estimate is not None and self._page.estimate.measure:
            self.measure_requested.emit(self._page.estimate.measure)

    def _on_link(self, url: QUrl) -> None:
        what, *rest = url.toString().removeprefix("#").split("/")
        if what == "show":
            self.show_requested.emit(int(rest[0]))
        elif what == "scenario":
            self.scenario_requested.emit(rest[0])
        elif what == "answer":
            self.answer_requested.emit(rest[0], rest[1])
