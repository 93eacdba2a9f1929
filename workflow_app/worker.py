"""The worker: outbox and timers, beside the pages or on its own."""

from __future__ import annotations

import logging
import os
import signal
import time
from datetime import UTC, datetime
from types import FrameType

from workflow_app.config import Settings
from workflow_app.installation import opened
from workflow_app.services.site import Site
from workflow_app.services.transaction import passing
from workflow_app.services.work import delivery, retry
from workflow_app.services.work.deadlines import fire_due
from workflow_app.services.work.reminders import remind_due

log = logging.getLogger(__name__)
TIMERS_EVERY = 600.0
"""Seconds between two looks at the timers; they count in days."""


def run_worker(
    settings: Settings, *, once: bool = False, retry_all: bool = False, parent: int | None = None
) -> int:
    """Work until asked to stop, or `once`; return how many jobs were done.

    With `parent` the worker also stops when that process is gone, so that none is left behind.
    """
    stopping = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    if not once:
        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
    done = 0
    with opened(settings) as (sessions, site):
        if retry_all:
            with sessions() as session:
                retry.try_again(session, datetime.now(UTC))
        if once:
            return _round(sessions, site, with_timers=True)
        timers_at = 0.0
        out_of_service = False
        while not stopping and (parent is None or os.getppid() == parent):
            timers = time.monotonic() >= timers_at
            worked, out_of_service = _tried(sessions, site, timers, said=out_of_service)
            done += worked
            if timers:
                timers_at = time.monotonic() + TIMERS_EVERY
            time.sleep(1.0)
    return done


def _tried(
    sessions: delivery.Sessions, site: Site, with_timers: bool, *, said: bool
) -> tuple[int, bool]:
    """Return how many jobs were done, and whether the database is out of service.

    A database gone for a moment must not end the worker: the rows are still there. One line says so
    until it is back (`said`), instead of a page of them each second.
    """
    try:
        return _round(sessions, site, with_timers=with_timers), False
    except Exception as error:
        if not passing(error):
            log.exception("the outbox could not be read")
            return 0, False
        if not said:
            log.error("out of service: %s", error)
        return 0, True


def _round(sessions: delivery.Sessions, site: Site, *, with_timers: bool) -> int:
    if with_timers:
        fire_due(sessions, site, datetime.now(UTC))
        remind_due(sessions, site, datetime.now(UTC))
    return delivery.run_due(sessions, site, lambda: datetime.now(UTC))
