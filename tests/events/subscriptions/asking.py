"""Asking for news by the public form, and the mail that comes of it."""

import re

from django.http import HttpResponse
from django.test import Client

from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import Rendered, all_links, render

FORM = "/veranstaltungen/neu-per-mail/"
RECEIVED = f"{FORM}eingegangen/"
ADDRESS = "erika@example.org"


def ask(client: Client, email: str = ADDRESS, **data: object):
    ticket = client.get(FORM).context["form"].initial["ticket"]
    return client.post(FORM, {"email": email, "ticket": ticket, **data})


def mails(purpose: str = "events.subscription_proof"):
    return OutboxMessage.objects.filter(purpose=purpose)


def rendered(message: OutboxMessage) -> Rendered:
    purpose = get_purpose(message.purpose)
    return render(message, purpose).with_links(all_links(message, purpose))


def path_in(message: OutboxMessage) -> str:
    found = re.search(r"http://localhost:8000(/n/\S+)", rendered(message).text)
    assert found
    return found[1]


def confirm(client: Client, path: str) -> HttpResponse:
    """Press the button on the page that the mail's link opens."""
    found = re.search(r'name="fassung" value="(\d+)"', client.get(path).content.decode())
    return client.post(path, {"fassung": found[1]} if found else {})
