"""Background jobs of the outbox."""

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from mailing.services import delivery, retention
from mailing.stopping import is_stopping

logger = logging.getLogger(__name__)

# Whoever is called and has not come by then finds the next tick.
EXPIRES = 2.0


@shared_task(name="mailing.deliver_due")
def deliver_due() -> None:
    """Hand over what is due."""
    delivery.deliver_due(is_stopping=is_stopping, call_another=_call_another)


def _call_another() -> None:
    """Wake another of the worker's processes, which would join with the next tick only; if none is free, none comes."""
    try:
        deliver_due.apply_async(expires=EXPIRES, retry=False)
    except OperationalError as error:
        logger.info("No other process is called to help: %s", error)


@shared_task(name="mailing.clean_up")
def clean_up() -> None:
    """Delete the content of old mails."""
    retention.blank_old_bodies()
