"""Background jobs of the outbox."""

from celery import shared_task

from mailing.services import delivery, retention
from mailing.stopping import is_stopping


@shared_task(name="mailing.deliver_due")
def deliver_due() -> None:
    """Hand over what is due."""
    delivery.deliver_due(is_stopping=is_stopping)


@shared_task(name="mailing.clean_up")
def clean_up() -> None:
    """Delete the content of old mails."""
    retention.blank_old_bodies()
