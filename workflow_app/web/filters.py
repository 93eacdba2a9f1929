"""How days, times, numbers and sizes read on a page."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from flask import Flask
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from markupsafe import Markup

from workflow_app.core.definition.forms import Field
from workflow_app.core.forms import present
from workflow_app.services.clock import BERLIN
from workflow_app.services.papers.papers import title
from workflow_app.store.queries import COUNTED
from workflow_app.web.language import language


def day(value: date | str) -> str:
    """Return a day as `24.11.2026` or `24 November 2026`; of an instant the day in Germany."""
    if isinstance(value, datetime):
        value = value.astimezone(BERLIN).date()
    return present.day(value, language())


def long_day(value: date) -> str:
    """Return a day as `Dienstag, 24. November 2026` or `Tuesday, 24 November 2026`."""
    pattern = "EEEE, d MMMM y" if language() == "en" else "EEEE, d. MMMM y"
    return str(format_date(value, pattern, rebase=False))


def moment(value: datetime) -> str:
    """Return an instant as `19.11.2026, 9:05 Uhr`, in the time of Germany."""
    local = value.astimezone(BERLIN)
    time = f"{local.hour}:{local.minute:02d}"
    return _("%(day)s, %(time)s Uhr", day=day(local.date()), time=time)


def clock(value: datetime) -> str:
    """Return the time of an instant as `9:05`, in the time of Germany."""
    local = value.astimezone(BERLIN)
    return f"{local.hour}:{local.minute:02d}"


def distance(due: date, today: date) -> str:
    """Return how far a deadline is away: `heute`, `noch 10 Tage`, `seit 4 Tagen überfällig`."""
    days = (due - today).days
    if days < 0:
        return ngettext("seit einem Tag überfällig", "seit %(num)d Tagen überfällig", -days)
    if days == 0:
        return _("heute")
    return ngettext("morgen", "noch %(num)d Tage", days)


def counted(number: int) -> str:
    """Return how many there are, as far as lists count: `17`, `über 500`."""
    return _("über %(count)s", count=COUNTED) if number > COUNTED else str(number)


def size(number: int) -> str:
    """Return a file size as `184 KB` or `1,2 MB`."""
    if number < 1_000_000:
        return f"{max(1, round(number / 1000))}\u00a0KB"
    return f"{present.number(f'{number / 1_000_000:.1f}', language())}\u00a0MB"


def paper(document: Any) -> str:
    """Return the title of a document; the document itself is German and bears its German one."""
    return title(document).en if language() == "en" else str(document.title)


TYPED = ("text", "long_text", "list", "party")
"""Types of fields that are answered in one's own words."""
CALLED = ("goal", "milestone", "point", "project", "recommendation", "overlap")
"""What a reference may point to and somebody called in their own words."""
WRITTEN = "de"
"""The language in which people write, and in which the documents made of it are."""
# A page asks for every cell of its tables; each text is marked safe once.
PLAIN, AS_WRITTEN = Markup(), Markup(' lang="{}"').format(WRITTEN)


def typed(text: Any) -> Any:
    """Return what somebody wrote, marked with its language on a page that is in another one.

    A screen reader would else read German words aloud as if they were English (WCAG 3.1.2).
    """
    if not text or language() == WRITTEN:
        return text
    return Markup('<span lang="{}">{}</span>').format(WRITTEN, text)


def spoken(field: Field) -> Markup:
    """Return the attribute of an element that holds or offers somebody's words, if it needs one.

    Nothing where the words are those of the page: labels, numbers, days.
    """
    own = field.type in TYPED or field.to in CALLED
    return AS_WRITTEN if own and language() != WRITTEN else PLAIN


def initials(name: str) -> str:
    """Return the first letters of first and last name, titles left out."""
    words = [word for word in name.split() if not word.endswith(".")]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def grouped(digest: str) -> str:
    """Return the first 16 digits of a hash in groups of four: the checksum as it is printed."""
    return " ".join(digest[i : i + 4] for i in range(0, 16, 4))


def register(app: Flask) -> None:
    """Make the filters known to the templates."""
    app.jinja_env.filters.update(
        day=day,
        long_day=long_day,
        moment=moment,
        counted=counted,
        bytes=size,
        paper=paper,
        initials=initials,
        grouped=grouped,
        typed=typed,
    )
    app.jinja_env.globals["spoken"] = spoken
