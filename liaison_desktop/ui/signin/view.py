"""The sign-in screen: the office at the left, the people and their password at the right."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from liaison_desktop.ui import formats, names
from liaison_desktop.ui.shell.topbar import LANGUAGES
from liaison_desktop.ui.signin.first_password import FirstPasswordDialog
from liaison_desktop.ui.signin.presenter import KnownPerson
from liaison_desktop.ui.signin.recovery import RecoveryDialog
from liaison_desktop.ui.theme import icons
from liaison_desktop.ui.theme.look import Size, look
from liaison_desktop.ui.widgets.buttons import Button, IconButton, Kind, Painted, Segments
from liaison_desktop.ui.widgets.emblem import Emblem
from liaison_desktop.ui.widgets.fields import Field, LineField
from liaison_desktop.ui.widgets.flow import Flow
from liaison_desktop.ui.widgets.layout import Card, Panel, Scroll, boxed, clear, column, row
from liaison_desktop.ui.widgets.passwords import PasswordField
from liaison_desktop.ui.widgets.saying import Say, fixed, tell
from liaison_desktop.ui.widgets.text import Glyph, Text
from liaison_desktop.workplace.words import current, tr

CARD_WIDE, CARD_GAP, WIDEST = 200, 12, 720
SIDE, SCROLL_BAR = 24, 10
CARD_TALL, SIGN, LINE_OF_NAME, LINE = 84, 44, 22, 18
FORM_MARGIN = 8
"""Pixels that stay free around the password's card where the people are scrolled."""


class _Card(Painted):
    """One way in. Tab comes to each card; which one is chosen is said by whoever asked, not by the press."""

    def __init__(self, say: Say, parent: QWidget | None = None) -> None:
        super().__init__(say, parent)
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    @override
    def sizeHint(self) -> QSize:
        return QSize(look.px(CARD_WIDE), look.px(CARD_TALL))

    @override
    def nextCheckState(self) -> None:
        """A press chooses; it never takes the choice away."""


class PersonCard(_Card):
    """One person: letters in a round sign, name, role, when they last worked here."""

    def __init__(self, person: KnownPerson, parent: QWidget | None = None) -> None:
        self.person = person
        super().__init__(fixed(person.name), parent)
        self.setObjectName(names.SIGNIN_PERSON.format(login=person.login))
        tell(self, self.setAccessibleDescription, person.role)
        look.language_changed.connect(self.update)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    @override
    def heightForWidth(self, width: int) -> int:
        """A name is never cut: one in two lines makes the card taller. Namesakes are told apart by what comes last."""
        return look.px(CARD_TALL - LINE_OF_NAME) + len(self._name_lines(width)) * look.px(LINE_OF_NAME)

    def _name_lines(self, width: int) -> list[str]:
        """The name in as many lines as it takes beside the sign; within a word only where it is longer than a line."""
        layout = QTextLayout(self.person.name, look.font(strong=True))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        layout.setTextOption(option)
        layout.beginLayout()
        lines = []
        while (line := layout.createLine()).isValid():
            line.setLineWidth(width - self._beside())
            lines.append(self.person.name[line.textStart() : line.textStart() + line.textLength()].rstrip())
        layout.endLayout()
        return lines

    @staticmethod
    def _beside() -> int:
        """What stands beside the name: the sign and the gaps."""
        return look.px(14) + look.px(SIGN) + look.px(14) + look.px(8)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        width = 2 if chosen else 1
        painter.setPen(QPen(look.color("primary" if chosen else "control"), width))
        painter.setBrush(look.color("primary_tint" if chosen else "neutral" if self.underMouse() else "surface"))
        edge = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 10, 10)
        side = look.px(SIGN)
        sign = QRect(look.px(14), (self.height() - side) // 2 - look.px(2), side, side)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("primary" if chosen else "primary_tint"))
        painter.drawEllipse(sign)
        painter.setFont(look.font(strong=True))
        painter.setPen(look.color("on_primary" if chosen else "primary"))
        painter.drawText(sign, int(Qt.AlignmentFlag.AlignCenter), self.person.initials)
        if chosen:
            mark = QRect(sign.right() - look.px(12), sign.bottom() - look.px(12), look.px(20), look.px(20))
            painter.setPen(QPen(look.color("primary_tint"), 2))
            painter.setBrush(look.color("primary"))
            painter.drawEllipse(mark)
            icons.paint(painter, mark, "check", look.color("on_primary"), look.px(12))
        x = sign.right() + 1 + look.px(14)
        room, name = self.width() - self._beside(), self._name_lines(self.width())
        y = (self.height() - len(name) * look.px(LINE_OF_NAME) - 2 * look.px(LINE)) // 2
        painter.setFont(look.font(strong=True))
        painter.setPen(look.color("text"))
        for words in name:
            painter.drawText(QRect(x, y, room + 2, look.px(LINE_OF_NAME)), int(Qt.AlignmentFlag.AlignVCenter), words)
            y += look.px(LINE_OF_NAME)
        last = formats.lately(self.person.last_at) if self.person.last_at else tr("no sign-in yet")
        painter.setFont(look.font(Size.SECONDARY, figures=True))
        for words, tone in ((self.person.role(), "text"), (last, "muted")):
            painter.setPen(look.color(tone))
            text = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)
            painter.drawText(QRect(x, y, room, look.px(LINE)), int(Qt.AlignmentFlag.AlignVCenter), text)
            y += look.px(LINE)


class OtherCard(_Card):
    """The way in for somebody who has not worked on this computer yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(lambda: tr("Another person"), parent)
        self.setObjectName(names.SIGNIN_OTHER)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        width = 2 if chosen else 1
        painter.setPen(QPen(look.color("primary" if chosen else "control"), width))
        painter.setBrush(look.color("primary_tint" if chosen else "neutral" if self.underMouse() else "canvas"))
        edge = width / 2
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), 10, 10)
        painter.setFont(look.font())
        words = painter.fontMetrics().horizontalAdvance(self.text())
        x = max(look.px(8), (self.width() - words - look.px(30)) // 2)
        name = "check" if chosen else "user-plus"
        icons.paint(painter, QRect(x, 0, look.px(20), self.height()), name, look.color("link"), look.px(20))
        painter.setPen(look.color("link"))
        where = QRect(x + look.px(28), 0, self.width() - x - look.px(28), self.height())
        painter.drawText(where, int(Qt.AlignmentFlag.AlignVCenter), self.text())


class OfficePanel(Panel):
    """The dark column at the left: whose office this is and what is to be known before work."""

    def __init__(self, office: Say, place: Say, workplace: Say, parent: QWidget | None = None) -> None:
        super().__init__("rail", parent=parent)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(Emblem(32))
        top.addWidget(Text(lambda: tr("Public reception"), strong=True, tone="rail_text", wrap=True), 1)
        self._office = Text(office, Size.OFFICE, strong=True, tone="rail_text", wrap=True)
        self._place = Text(place, tone="rail_text", wrap=True)
        self._facts = QVBoxLayout()
        self._facts.setSpacing(20)
        whole = column(self._facts, 1)
        inner = boxed(whole)
        whole.setContentsMargins(0, 0, 10, 0)
        self._facts_scroll = Scroll(inner)  # a low screen has no room for all of them
        self._foot = Text(workplace, Size.SECONDARY, tone="rail_text", wrap=True, figures=True)
        self._column = QVBoxLayout(self)
        self._column.addLayout(top)
        self._above = QWidget()
        self._above.setProperty("plain", "true")
        self._column.addWidget(self._above, 2)
        self._column.addWidget(self._office)
        self._column.addWidget(self._place)
        self._column.addSpacing(28)
        self._column.addWidget(self._facts_scroll, 9)
        self._column.addWidget(self._foot)
        self.set_roomy(True)

    def set_roomy(self, roomy: bool) -> None:
        """Wide margins where there is room for them."""
        self.setFixedWidth(430 if roomy else 296)
        side = 48 if roomy else 24
        self._column.setContentsMargins(side, side - 4, side, side - 12)
        self._above.setVisible(roomy)
        self._office.set_size(Size.OFFICE if roomy else Size.TITLE)

    def show_facts(self, facts: tuple[tuple[str, Say, Say], ...]) -> None:
        """Show icon, title and words one below the other."""
        clear(self._facts)
        for name, title, words in facts:
            lines = QVBoxLayout()
            lines.setSpacing(2)
            lines.addWidget(Text(title, strong=True, tone="rail_text", wrap=True))
            lines.addWidget(Text(words, tone="rail_text", wrap=True))
            line = QHBoxLayout()
            line.setSpacing(12)
            line.addWidget(Glyph(name, "rail_bar"), 0, Qt.AlignmentFlag.AlignTop)
            line.addLayout(lines, 1)
            self._facts.addLayout(line)


class SignIn(QWidget):
    """The whole screen."""

    person_chosen = Signal(object)
    enter_clicked = Signal(str, str)
    forgotten_clicked = Signal()
    recovery_asked = Signal(str, str, str)
    first_password_asked = Signal(str, str)
    language_chosen = Signal(str)
    theme_turned = Signal()

    def __init__(self, office: Say, place: Say, workplace: Say, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(names.SIGNIN)
        self._people: tuple[KnownPerson, ...] = ()
        self._chosen: str | None = None
        self._columns = 3
        self._wait_s = 0
        self._recovery: RecoveryDialog | None = None
        self._first: FirstPasswordDialog | None = None
        self.panel = OfficePanel(office, place, workplace)
        self._build_top()
        self._cards = QGridLayout()
        self._cards.setSpacing(CARD_GAP)
        self._build_form()
        self._clock = Text("", strong=True, figures=True)
        clock = Flow(8)
        clock.addWidget(boxed(row(Glyph("clock", "muted"), self._clock, gap=8)))
        clock.addWidget(Text(lambda: tr("Bishkek time"), tone="muted"))
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addStretch(2)
        column.addWidget(Text(lambda: tr("Who works today?"), Size.TITLE, strong=True))
        column.addLayout(self._cards)
        column.addWidget(self._form)
        column.addLayout(clock)
        column.addStretch(3)
        self._inner = inner
        centred = QWidget()
        middle = QHBoxLayout(centred)
        middle.setContentsMargins(SIDE, 0, SIDE, 16)
        middle.addStretch(1)
        middle.addWidget(inner, 100)
        middle.addStretch(1)
        right = QVBoxLayout()
        right.setContentsMargins(0, 24, 0, 0)
        right.setSpacing(8)
        right.addLayout(self._top)
        self._scroll = Scroll(centred)
        self._scroll.verticalScrollBar().rangeChanged.connect(self._bring_form)
        right.addWidget(self._scroll, 1)
        both = QHBoxLayout(self)
        both.setContentsMargins(0, 0, 0, 0)
        both.setSpacing(0)
        both.addWidget(self.panel)
        both.addLayout(right, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(1000)
        self._tick.timeout.connect(self._on_second)
        self._tick.start()
        look.language_changed.connect(self.say_time)
        self.say_time()

    def _build_top(self) -> None:
        self.languages = Segments(LANGUAGES, lambda: tr("Language"))
        self.languages.setObjectName(names.SIGNIN_LANGUAGE)
        tell(self.languages, self.languages.set_value, current)
        self.languages.chosen.connect(self.language_chosen)
        self.theme = IconButton("moon", lambda: tr("Light or dark"))
        self.theme.setObjectName(names.SIGNIN_THEME)
        self.theme.clicked.connect(self.theme_turned)
        self._top = row(1, Glyph("globe", "muted"), self.languages, self.theme, gap=12)
        self._top.setContentsMargins(24, 0, 24, 0)
        look.changed.connect(self._dress)

    def _build_form(self) -> None:
        self._form = Card(pad=20, gap=10)
        self._who = Text("", Size.SECTION, strong=True)
        self.login = LineField(icon="user")
        self.login.setObjectName(names.SIGNIN_LOGIN)
        self._login_field = Field(lambda: tr("Login"), self.login)
        self.password = PasswordField(icon="lock-simple", tall=True)
        self.password.setObjectName(names.SIGNIN_PASSWORD)
        self.enter = Button(lambda: tr("Sign in"), Kind.PRIMARY, key="Enter", tall=True)
        self.enter.setObjectName(names.SIGNIN_ENTER)
        self.enter.setMinimumWidth(160)
        self.enter.clicked.connect(self._on_enter)
        self.password.returnPressed.connect(self._on_enter)
        self.login.returnPressed.connect(self.password.setFocus)
        label = Text(lambda: tr("Password"), Size.SECONDARY, strong=True)
        label.setBuddy(self.password)
        tell(self.password, self.password.setAccessibleName, lambda: tr("Password"))
        self._note_icon = Glyph("info", "muted", 16)
        self._note = Text("", Size.SECONDARY, tone="muted", wrap=True)
        self._note.setObjectName(names.SIGNIN_MESSAGE)
        self.forgotten = Button(lambda: tr("Forgot the password"), Kind.LINK)
        self.forgotten.setObjectName("signin.forgotten")
        self.forgotten.clicked.connect(self.forgotten_clicked)
        note = row(self._note_icon, self._note, self.forgotten, gap=8)
        note.setStretch(1, 1)
        line = row(self.password, self.enter, gap=14)
        line.setStretch(0, 1)
        self._form.column.addWidget(self._who)
        self._form.column.addWidget(self._login_field)
        self._form.column.addWidget(label)
        self._form.column.addLayout(line)
        self._form.column.addLayout(note)

    def hold(self, presenter: object, acts: object) -> None:
        """Own the presenter and its acts: Qt holds bound methods of plain objects weakly."""
        self._owned = (presenter, acts)

    # what the presenter asks

    def show_people(self, people: tuple[KnownPerson, ...], chosen: str | None) -> None:
        """Show the cards and the form of the chosen person."""
        if people != self._people or not self._cards.count():
            self._people = people
            self._columns = 0
            self._fit_columns()
        self._chosen = chosen
        for place in range(self._cards.count()):
            item = self._cards.itemAt(place)
            card = item.widget() if item is not None else None
            if isinstance(card, PersonCard):
                card.setChecked(card.person.login == chosen)
            elif isinstance(card, OtherCard):
                card.setChecked(chosen is None)
        person = next((one for one in people if one.login == chosen), None)
        self._login_field.setVisible(person is None)
        self.forgotten.setVisible(person is not None)
        self._who.say(fixed(person.name) if person else lambda: tr("First time on this computer"))
        self._quiet_note()
        self.password.clear()
        (self.password if person else self.login).setFocus()
        self._bring_form()

    def show_facts(self, facts: tuple[tuple[str, Say, Say], ...]) -> None:
        """What is to be known before work."""
        self.panel.show_facts(facts)

    def show_busy(self, say: Say | None) -> None:
        """While the password is tried nothing else can be pressed, and the keyboard stays where it is."""
        for field in (self.password, self.login):
            field.setReadOnly(say is not None)
        for button in (self.enter, self.forgotten):
            if button.hasFocus():
                self.password.setFocus()
            button.setEnabled(say is None)
        if say is None:
            self._quiet_note()
        else:
            self._say_note("hourglass", "muted", say)
        self._bring_form()

    def show_error(self, say: Say | None) -> None:
        """Say what went wrong below the password."""
        self.password.set_tone("danger" if say else "")
        if say is None:
            self._quiet_note()
        else:
            self._say_note("warning-circle", "danger", say)
            self._bring_form()

    def show_wait(self, seconds: int) -> None:
        """Count the pause down on the button's line."""
        self._wait_s = seconds
        self.enter.setEnabled(False)
        self._say_wait()
        self._bring_form()

    def clear_password(self) -> None:
        """Empty it for the next try."""
        self.password.clear()
        self.password.setFocus()

    def ask_first_password(self) -> None:
        """Open the form for the person's own password."""
        self._first = FirstPasswordDialog(self)
        self._first.asked.connect(self.first_password_asked)
        self._first.finished.connect(self._drop_first)
        self._first.open()

    def show_first_trouble(self, field: str, say: Say) -> None:
        """Say at a field of it what is wrong."""
        if self._first is not None:
            self._first.show_trouble(field, say)
        else:  # the form was closed while the centre was asked
            self.show_error(say)

    def show_first_refused(self, say: Say) -> None:
        """Say in it why the password was not taken."""
        if self._first is not None:
            self._first.show_refused(say)
        else:
            self.show_error(say)

    def close_first_password(self) -> None:
        """It is taken."""
        if self._first is not None:
            self._first.show_done()

    def _drop_first(self) -> None:
        self._first = None

    def ask_recovery(self, name: str, given: Say) -> None:
        """Open the form for a new password."""
        self._recovery = RecoveryDialog(self, name, given)
        self._recovery.asked.connect(self.recovery_asked)
        self._recovery.finished.connect(self._drop_recovery)
        self._recovery.open()

    def _drop_recovery(self) -> None:
        self._recovery = None

    def show_recovery_trouble(self, field: str, say: Say) -> None:
        """Say at a field of it what is wrong."""
        if self._recovery is not None:
            self._recovery.show_trouble(field, say)
        else:  # the form was closed while the key was tried; what stands in the password here is not meant
            self._say_note("warning-circle", "danger", say)
            self._bring_form()

    def show_recovery_refused(self, say: Say) -> None:
        """Say in it why the password was not set."""
        if self._recovery is not None:
            self._recovery.show_refused(say)
        else:
            self._say_note("warning-circle", "danger", say)
            self._bring_form()

    def show_recovered(self, say: Say) -> None:
        """Close it and say what holds now."""
        if self._recovery is not None:
            self._recovery.show_done()
        self._wait_s = 0
        self.enter.setEnabled(True)
        self.password.set_tone("")
        self._say_note("check-circle", "success", say)
        self._bring_form()

    def show_locked(self) -> None:
        """Why this screen has come by itself."""
        self._say_note("lock", "muted", lambda: tr("Locked. What was typed is kept and stands there after sign-in."))

    # inner

    def _on_enter(self) -> None:
        if self.enter.isEnabled():
            self.enter_clicked.emit(self.login.text(), self.password.text())

    def _quiet_note(self) -> None:
        if self._chosen is None:
            self._say_note(
                "info", "muted", lambda: tr("The first sign-in here is checked at the centre and needs the line.")
            )
        else:
            self._say_note("info", "muted", lambda: tr("The password is checked on this computer; no line is needed."))

    def _say_note(self, name: str, tone: str, say: Say) -> None:
        self._note_icon.set_icon(name, tone)
        self._note.set_tone(tone)
        self._note.say(say)

    def _bring_form(self) -> None:
        """Bring the password and what is said of it into sight, once it has its room, however many stand above."""
        QTimer.singleShot(0, self, self._show_form)

    def _show_form(self) -> None:
        self._scroll.ensureWidgetVisible(self._form, 0, FORM_MARGIN)

    def _say_wait(self) -> None:
        left = self._wait_s
        self._say_note(
            "hourglass",
            "danger",
            lambda: tr("The password is not right. Seconds until the next try: {seconds}", seconds=left),
        )

    def _on_second(self) -> None:
        self.say_time()
        if self._wait_s > 0:
            self._wait_s -= 1
            if self._wait_s == 0:
                self.enter.setEnabled(True)
                self.show_error(None)
            else:
                self._say_wait()

    def say_time(self) -> None:
        """The hour by the time that counts."""
        now = formats.now()
        self._clock.say(f"{formats.day_in_words(formats.local(now).date())}, {formats.clock(now)}")

    def _lay_cards(self) -> None:
        clear(self._cards)
        for place, person in enumerate(self._people):
            card = PersonCard(person)
            card.clicked.connect(lambda _checked=False, login=person.login: self.person_chosen.emit(login))
            self._cards.addWidget(card, place // self._columns, place % self._columns)
        other = OtherCard()
        other.clicked.connect(lambda: self.person_chosen.emit(None))
        place = len(self._people)
        self._cards.addWidget(other, place // self._columns, place % self._columns)
        for at in range(3):
            self._cards.setColumnStretch(at, 1 if at < self._columns else 0)
        self._lead_tab()

    def _lead_tab(self) -> None:
        """From the cards, as they are read, to the password; cards are made anew and would stand behind everything."""
        items = (self._cards.itemAt(place) for place in range(self._cards.count()))
        cards = [card for item in items if item is not None and (card := item.widget()) is not None]
        for before, after in pairwise((self.theme, *cards, self.login, self.password, self.enter, self.forgotten)):
            QWidget.setTabOrder(before, after)

    def _dress(self) -> None:
        self.theme.set_icon("sun" if look.tokens.is_dark else "moon")
        self._fit()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
        self._bring_form()

    def _fit(self) -> None:
        """As many cards side by side as have the room."""
        roomy = self.width() >= 1100
        self.panel.set_roomy(roomy)
        self._inner.setMaximumWidth(look.px(WIDEST))
        if self._fit_columns():
            self.show_people(self._people, self._chosen)

    def _fit_columns(self) -> bool:
        """Lay the cards anew where more or fewer of them fit side by side; says whether they were."""
        room = min(look.px(WIDEST), self.width() - self.panel.width() - 2 * SIDE - SCROLL_BAR)
        columns = max(1, min(3, (room + CARD_GAP) // (look.px(CARD_WIDE) + CARD_GAP)))
        if columns == self._columns:
            return False
        self._columns = columns
        self._lay_cards()
        return True

    @override
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            self._tick.stop()
        elif event.type() == QEvent.Type.Show:
            self._tick.start()
        return super().event(event)

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), look.color("canvas"))
