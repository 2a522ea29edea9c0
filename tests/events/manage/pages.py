"""Reading pages as people do."""

import re
from html import unescape


def text_of(response) -> str:
    """Return the words of a page, without tags, single spaces."""
    body = response.content.decode()
    main = body[body.index("<main") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def hidden(response, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', response.content.decode())
    assert found, name
    return unescape(found[1])


def query_count(captured) -> int:
    """Return how many queries a page asked besides session, user and memberships."""
    overhead = ("django_session", '"accounts_user"."id" =', "verbuende_verbundmember")
    asked = [each["sql"] for each in captured if not any(word in each["sql"] for word in overhead)]
    own = [
        each["sql"] for each in captured if "verbuende_verbundmember" in each["sql"] and "events_event" in each["sql"]
    ]
    return len(asked) + len(own)
