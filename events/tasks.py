"""Background jobs of the events app; each calls one service and may run twice without harm."""

from celery import shared_task

from events.services import (
    deputies,
    deputy_traces,
    event_news,
    interest,
    mail_plans,
    own_places,
    public_registration,
    retention,
)


@shared_task(name="events.sweep_mail_plans")
def sweep_mail_plans() -> None:
    """Turn due mail plans into outbox rows."""
    mail_plans.sweep_mail_plans()


@shared_task(name="events.expire_unproven")
def expire_unproven() -> None:
    """Give back the places of registrations whose address was not proven within 24 hours."""
    public_registration.expire_unproven()


@shared_task(name="events.settle_due_offers")
def settle_due_offers() -> None:
    """Give on the offered places nobody accepted in time."""
    own_places.settle_due_offers()


@shared_task(name="events.sweep_interest")
def sweep_interest() -> None:
    """Tell who asked that registration has opened, once, and forget them."""
    interest.sweep_interest()


@shared_task(name="events.lapse_deputies")
def lapse_deputies() -> None:
    """Forget deputies who have not answered in time, and tell who named them."""
    deputies.lapse_requests()


@shared_task(name="events.forget_needs")
def forget_needs() -> None:
    """Blank what people said about food, access and remarks, what organisers noted, and whom deputies' mails told."""
    retention.forget_needs()
    deputy_traces.forget_those_told()


@shared_task(name="events.sweep_event_news")
def sweep_event_news() -> None:
    """Tell subscribers of new events, and forget those who ended their subscription or never confirmed it."""
    event_news.sweep_event_news()
