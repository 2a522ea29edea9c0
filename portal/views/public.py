"""Pages for everybody: start, about, and the texts of the operator."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.utils import timezone

from core.access import Access
from core.views import Page
from events.models import Event
from events.shown_rows import EVENT_LIST
from events.status import public_status
from portal import statements
from portal.figures import network_figures
from portal.style_sheet import sample_context
from verbuende.models import Contact, Verbund

NEXT_EVENTS = 3
SECURITY_CONTACT_DAYS = 180


class Start(Page):
    """The network in one screen, the next meetings, and a door for each group."""

    access = Access.PUBLIC
    template_name = "portal/start.html"
    shown_rows = EVENT_LIST

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the next meetings with their places, the latest one past, and the figures."""
        events = Event.objects.visible_to(self.request.user).listed().select_related("owner")
        return super().get_context_data(
            next_events=[(event, public_status(event)) for event in events.upcoming().with_places()[:NEXT_EVENTS]],
            last_event=events.past().first(),
            projects=statements.PROJECTS,
            figures=network_figures(),
            **kwargs,
        )


class About(Page):
    """The centre, the programme and what came after it: dated statements with their sources."""

    access = Access.PUBLIC
    template_name = "portal/about.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the statements and the networks outside the programme."""
        return super().get_context_data(
            statements=statements,
            figures=network_figures(),
            neighbours=Verbund.objects.visible_to(self.request.user).neighbours(),
            **kwargs,
        )


class OperatorPage(Page):
    """A text of the operator, with the contacts that alliances publish for themselves."""

    access = Access.PUBLIC

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the published contacts of alliances, by alliance."""
        contacts = Contact.objects.visible_to(self.request.user).published().filter(verbund__isnull=False)
        return super().get_context_data(
            contacts=contacts.select_related("verbund", "organisation").order_by("verbund__sort_key", "sort_key"),
            **kwargs,
        )


class Imprint(OperatorPage):
    """Who runs this portal."""

    template_name = "portal/imprint.html"


class Privacy(OperatorPage):
    """What is stored, why and for how long."""

    template_name = "portal/privacy.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the periods that the nightly jobs really use."""
        return super().get_context_data(mail_days=settings.MAIL_KEEP_BODY_DAYS, **kwargs)


class Accessibility(Page):
    """What was tested, what is known not to work, and how to report a barrier."""

    access = Access.PUBLIC
    template_name = "portal/accessibility.html"


class StyleSheet(Page):
    """Every component of the design system on one page."""

    access = Access.PUBLIC
    template_name = "portal/style_sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the samples."""
        return super().get_context_data(**sample_context(), **kwargs)


class Robots(Page):
    """What search engines may read: everything public, nothing behind a sign-in."""

    access = Access.PUBLIC
    template_name = "portal/robots.txt"
    content_type = "text/plain"


class SecurityContact(Page):
    """Where to report a security problem (RFC 9116)."""

    access = Access.PUBLIC
    template_name = "portal/security.txt"
    content_type = "text/plain"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the date until which the address is promised to be right."""
        expires = timezone.now() + dt.timedelta(days=SECURITY_CONTACT_DAYS)
        return super().get_context_data(expires=expires.astimezone(dt.UTC).strftime("%Y-%m-%dT00:00:00Z"), **kwargs)
