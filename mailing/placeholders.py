"""Capability links in stored mails.

SECURITY: a link is a key to somebody's answer, so the outbox holds [[link:name:mark]] and the link itself is derived
only when the mail is handed over, or shown in the demo mailbox. The mark is part of the mail's own random number, so
nothing that people type (organisers' words, names, titles) can ever be taken for a placeholder: it is sent as typed.
"""

import re
from collections.abc import Mapping
from html import escape

_PLACEHOLDER = re.compile(r"\[\[link:([a-z_]+):([0-9a-f]{12})\]\]")


def salutation_mark(mark: str) -> str:
    """Return what stands where the salutation belongs, until it is filled in."""
    return f"[[salutation:{mark}]]"


class Placeholders(dict[str, str]):
    """What templates see as `links`: every name gives its placeholder, marked as this mail's."""

    def __init__(self, mark: str) -> None:
        super().__init__()
        self.mark = mark

    def __missing__(self, name: str) -> str:
        return f"[[link:{name}:{self.mark}]]"


def fill_text(text: str, links: Mapping[str, str], mark: str) -> str:
    """Put the links into plain text; an unknown name is an error of the mail's class."""
    return _PLACEHOLDER.sub(lambda found: links[found[1]] if found[2] == mark else found[0], text)


def fill_html(html: str, links: Mapping[str, str], mark: str) -> str:
    """Put the links into HTML, in attributes and text alike."""
    return _PLACEHOLDER.sub(lambda found: escape(links[found[1]]) if found[2] == mark else found[0], html)
