"""Markdown that organisers write, as safe HTML.

SECURITY: markdown-it passes no HTML of its own through (html=False), and nh3 lets only the tags through that a text
needs. Two walls, so that a hole in one is not a hole in the page.
"""

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

# A page has its h1 and the sections their h2; headings inside a text stand below them, whatever the author counts from.
HEADINGS = {"h1": "h3", "h2": "h3"}
DEEPEST_HEADING = "h4"
TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a", "h3", "h4", "blockquote", "code", "hr"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
URL_SCHEMES = {"https", "http", "mailto", "tel"}

# The preset "zero" switches everything off; images, tables and raw HTML stay off.
_RULES = (
    *(
        "heading",
        "list",
        "blockquote",
        "hr",
        "emphasis",
        "link",
        "autolink",
        "backticks",
        "escape",
        "newline",
        "entity",
    ),
    *("balance_pairs", "fragments_join"),
)
_parser = MarkdownIt("zero", {"html": False, "breaks": True}).enable([*_RULES])


def render_markdown(text: str) -> SafeString:
    """Return the text as HTML: paragraphs, lists, links, emphasis and headings from h3 down."""
    tokens = _parser.parse(text)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = HEADINGS.get(token.tag, DEEPEST_HEADING)
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=URL_SCHEMES,
        link_rel="noopener nofollow",
        url_relative="deny",
    )
    return mark_safe(clean)  # noqa: S308 - cleaned by the allow-list above
