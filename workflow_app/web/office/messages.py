"""The mails that left or wait to leave, read by administrators."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from workflow_app.core.errors import NotFound
from workflow_app.services.work import sent
from workflow_app.store.queries import accounts as queries
from workflow_app.web.context import number_in, session, site

bp = Blueprint("messages", __name__, url_prefix="/administration/messages")
PAGE = 50
"""Mails on one page."""


def states() -> dict[str, str]:
    """Return the states of a mail with their names."""
    return {"sent": _("gesendet"), "waiting": _("wartet"), "given_up": _("aufgegeben")}


@bp.get("")
def listed() -> str:
    """Show the mails, the newest first."""
    page = number_in(request.args.get("page", "")) or 1
    found = queries.mails(session(), PAGE + 1, (page - 1) * PAGE)
    return render_template(
        "office/messages.html",
        mails=[(mail, _subject(mail), sent.state_of(mail.job)) for mail in found[:PAGE]],
        states=states(),
        folder=sent.in_folder(site()),
        more=len(found) > PAGE,
        page=page,
    )


def _subject(mail: queries.Mail) -> str:
    named = sent.subject_of(site(), mail.job, mail.language, mail.number)
    return named or _("Nachricht %(id)s", id=mail.job.id)


@bp.get("/<int:job_id>")
def one(job_id: int) -> str:
    """Show a mail as it lies in the folder; links that let somebody in are left out."""
    mail = queries.mail(session(), job_id)
    if mail is None:
        raise NotFound("mail")
    return render_template(
        "office/message.html",
        mail=mail,
        state=states()[sent.state_of(mail.job)],
        subject=_subject(mail),
        text=sent.text_of(site(), mail.job),
        folder=sent.in_folder(site()),
    )
