"""Capability links in stored mails.

SECURITY: a link is a key to somebody's answer, so the outbox holds [[link:name]] and the link itself is derived only
when the mail is handed over, or shown in the demo mailbox.
"""

import re
from collections.abc import Mapping
from html import escape

_PLACEHOLDER = re.compile(r"\[\[link:([a-z_]+)\]\]")


class Placeholders(dict[str, str]):
    """What templates see as `links`: every name gives its placeholder."""

    def __missing__(self, name: str) -> str:
        return f"[[link:{name}]]"


def fill_text(text: str, links: Mapping[str, str]) -> str:
    """Put the links into plain text; a name that the mail does not have was typed by somebody and stays as it is."""
    return _PLACEHOLDER.sub(lambda found: _link(found, links), text)


def fill_html(html: str, links: Mapping[str, str]) -> str:
    """Put the links into HTML, in attributes and text alike."""
    return _PLACEHOLDER.sub(lambda found: escape(_link(found, links)), html)


def _link(found: re.Match[str], links: Mapping[str, str]) -> str:
    try:
        return links[found[1]]
    except KeyError:
        return found[0]
