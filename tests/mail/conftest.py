"""A mail server of our own that can misbehave, and kinds of mail that exist in tests only."""

import copy
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings

from tests.mail.smtpserver import MailServer

PURPOSES = [f"tests.mail.purposes.{name}" for name in ("NoticeMail", "NewsletterMail", "CodeMail")]
TEMPLATES = Path(__file__).with_name("templates")


@pytest.fixture(autouse=True)
def test_purposes(settings) -> None:
    """Let the outbox know the test's kinds of mail only."""
    settings.MAIL_PURPOSES = PURPOSES
    templates = copy.deepcopy(django_settings.TEMPLATES)
    templates[0]["DIRS"] = [*templates[0]["DIRS"], TEMPLATES]
    settings.TEMPLATES = templates


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """A real SMTP server on loopback, and the delivery pointed to it."""
    server = MailServer()
    server.start()
    settings.MAIL_TRANSPORT = "mailing.transport.Smtp"
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": server.hostname, "port": server.port, "timeout": 2},
        }
    }
    yield server
    server.stop()
