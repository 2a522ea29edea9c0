"""The demo mailbox reads the outbox itself."""

from typing import Self

from django.conf import settings

from core.access import Actor
from mailing.models import OutboxMessage
from mailing.querysets import OutboxMessageQuerySet


class DemoMailQuerySet(OutboxMessageQuerySet):
    """Every mail of the installation, on one's own machine only."""

    def visible_to(self, user: Actor) -> Self:
        """SECURITY: outside the local mode there is no mailbox that everybody may read."""
        return self.all() if settings.PORTAL_LOCAL else self.none()

    def editable_by(self, user: Actor) -> Self:
        """A mailbox to look at."""
        return self.none()


class DemoMail(OutboxMessage):
    """A mail of the outbox as its recipient would get it."""

    objects = DemoMailQuerySet.as_manager()

    class Meta:
        proxy = True
        ordering = ("-created_at", "-pk")
        verbose_name = "Mail im Demo-Postfach"
        verbose_name_plural = "Mails im Demo-Postfach"
