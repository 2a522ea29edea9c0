"""Hearing of new events by mail: asking for it, confirming, changing and ending it."""

from typing import Any

from django.forms import Form as EmptyForm
from django.urls import reverse

from core.access import Access
from core.client import client_address
from core.views import Capability, Form, Page
from events.capabilities import SUBSCRIPTION_PROOF_HOURS, find_subscription, find_subscription_by_proof
from events.forms.consent import WordedForm
from events.forms.subscription import ChoiceForm, SubscriptionForm
from events.models import EventSubscription
from events.services.subscriptions import (
    CONSENT,
    change_subscription,
    confirm_subscription,
    end_subscription,
    request_subscription,
)
from events.subscribers import UNCONFIRMED_DAYS
from events.subscription_words import choice_words
from privacy.services.consents import current_texts
from verbuende.regions import LAENDER

# As it is kept beside the consent: where it was given, without the token.
FORM_PATH = "/n/…/bestaetigen/"
CONFIRMED, CHANGED = "bestaetigt", "geaendert"


class SubscriptionCreate(Form):
    """The public form."""

    access = Access.PUBLIC
    form_class = SubscriptionForm
    template_name = "events/subscription_form.html"

    def get_initial(self) -> dict[str, Any]:
        """Tick the Land that the list was filtered by."""
        land = self.request.GET.get("land", "")
        return {"states": [land] if land in LAENDER else []}

    def perform(self, form: SubscriptionForm) -> None:
        """Ask the address."""
        request_subscription(
            email=form.cleaned_data["email"],
            choice=form.choice(),
            submission=form.submission,
            address=client_address(self.request),
        )

    def get_success_url(self) -> str:
        """Go on to a page that can be reloaded and says the same to everybody."""
        return reverse("events:subscription-received")


class SubscriptionReceived(Page):
    """What happens next. The page knows nobody."""

    access = Access.PUBLIC
    template_name = "events/subscription_received.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say how long there is time."""
        return super().get_context_data(hours=SUBSCRIPTION_PROOF_HOURS, days=UNCONFIRMED_DAYS, **kwargs)


class SubscriptionEnded(Page):
    """It is over, and the address forgotten: the page knows nobody."""

    access = Access.PUBLIC
    template_name = "events/subscription_ended.html"


class SubscriptionPage(Capability):
    """What the pages behind a subscriber's links share."""

    object: EventSubscription
    invalid_template_name = "events/subscription_invalid.html"

    def find(self, token: str) -> EventSubscription | None:
        """Return the subscription while it runs."""
        return find_subscription(token)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what it is about."""
        choice = choice_words(self.object.states, self.object.sectors)
        return super().get_context_data(choice=choice, **kwargs)

    def own_page(self, stand: str) -> str:
        """Return the subscriber's own page, which says what has just happened."""
        return f"{reverse('events:subscription-update', args=[self.object.token])}?stand={stand}"


class SubscriptionConfirm(SubscriptionPage):
    """The mail's link: GET asks, POST confirms; a scanner that opens it changes nothing."""

    form_class = WordedForm
    template_name = "events/subscription_confirm.html"

    def find(self, token: str) -> EventSubscription | None:
        """Return the subscription for 48 hours, afterwards only if it was confirmed."""
        return find_subscription_by_proof(token)

    def get_form_kwargs(self) -> dict[str, Any]:
        """Give the form the words valid now; whoever has confirmed need not read them again."""
        is_confirmed = self.object.confirmed_at is not None
        text = None if is_confirmed else current_texts([CONSENT])[CONSENT]
        return {**super().get_form_kwargs(), "text": text}

    def perform(self, form: WordedForm) -> EventSubscription:
        """Begin it."""
        return confirm_subscription(subscription=self.object, wording=form.text, form_path=FORM_PATH)

    def get_success_url(self) -> str:
        """Go on to the own page."""
        return self.own_page(CONFIRMED)


class SubscriptionUpdate(SubscriptionPage):
    """The subscriber's own page: what they hear of, and the way to change it."""

    form_class = ChoiceForm
    template_name = "events/subscription_update.html"

    def get_initial(self) -> dict[str, Any]:
        """Start from what was chosen."""
        return {"states": self.object.states, "sectors": self.object.sectors}

    def perform(self, form: ChoiceForm) -> EventSubscription:
        """Save the choice."""
        return change_subscription(subscription=self.object, choice=form.choice())

    def get_success_url(self) -> str:
        """Stay on the page."""
        return self.own_page(CHANGED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say what has just happened."""
        return super().get_context_data(stand=self.request.GET.get("stand", ""), **kwargs)


class SubscriptionEnd(SubscriptionPage):
    """A page that asks, and the POST that ends it."""

    form_class = EmptyForm
    template_name = "events/subscription_end.html"

    def perform(self, _form: EmptyForm) -> EventSubscription:
        """End it and forget the address."""
        end_subscription(subscription=self.object)
        return self.object

    def get_success_url(self) -> str:
        """Go on to a page without a token: the old one leads nowhere any more."""
        return reverse("events:subscription-ended")
