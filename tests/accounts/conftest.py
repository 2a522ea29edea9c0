"""Reading the mails an account gets."""

import re
from collections.abc import Callable

import pytest

from accounts.models import User
from mailing.models import OutboxMessage
from mailing.purposes import get_purpose
from mailing.rendering import all_links, render
from tests.factories.accounts import UserFactory


@pytest.fixture
def erika(db: None) -> User:
    return UserFactory(email="erika@example.org", name="Erika Beispiel")


@pytest.fixture
def last_mail() -> Callable[[str], str]:
    """The text of the newest mail of a purpose as it would leave now."""

    def text(purpose_name: str) -> str:
        message = OutboxMessage.objects.filter(purpose=purpose_name).first()
        assert message is not None, f"no {purpose_name}"
        purpose = get_purpose(purpose_name)
        assert purpose.is_obsolete(message) == ""
        return render(message, purpose).with_links(all_links(message, purpose)).text

    return text


@pytest.fixture
def path_in() -> Callable[[str, str], str]:
    """The path of the first link below a prefix."""

    def path(text: str, prefix: str) -> str:
        found = re.search(rf"http://localhost:8000({re.escape(prefix)}\S+)", text)
        assert found, text
        return found[1]

    return path
