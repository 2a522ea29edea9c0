"""Template tags every page has (registered as builtins): German words, icons, links that keep the address, components.

No tag asks the database. Filters return plain text or text escaped by `format_html`.
"""

import datetime as dt
from decimal import Decimal
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any

from django import template
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode, url
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from core import dates, numbers
from core.form_words import chips_of

register = template.Library()

PAGE_PARAMETER = "seite"
SORT_PARAMETER = "sortierung"
UNKNOWN = format_html('<span class="{}">{}</span>', "unknown", "unbekannt")


# --- Words ------------------------------------------------------------------------------------------------------------
@register.filter
def day(value: dates.Day | None) -> str:
    """Donnerstag, 4. März 2027"""
    return dates.format_day(value) if value else ""


@register.filter
def date_de(value: dates.Day | None) -> str:
    """4. März 2027"""
    return dates.format_date(value) if value else ""


@register.filter
def short_day(value: dates.Day | None) -> str:
    """Do, 04.03.2027"""
    return dates.format_short_day(value) if value else ""


@register.filter
def clock(value: dt.datetime | dt.time | None) -> str:
    """10:00 Uhr (midnight is a time, too)"""
    return "" if value in (None, "") else dates.format_clock(value)


@register.filter
def moment(value: dt.datetime | None) -> str:
    """24. November 2026, 14:00 Uhr"""
    return dates.format_moment(value) if value else ""


@register.simple_tag
def span(start: dates.Day | None, end: dates.Day | None = None) -> str:
    """Donnerstag, 4. März 2027, 10:00 bis 15:30 Uhr"""
    return dates.format_span(start, end or None) if start else ""


@register.filter
def relative_day(value: dates.Day | None) -> str:
    """heute, morgen, in 101 Tagen, vor 3 Tagen"""
    return dates.format_relative_day(value, timezone.localdate(timezone=dates.BERLIN)) if value else ""


@register.filter
def unknown(value: Any) -> Any:
    """Return the value, or the marked word "unbekannt" where there is none: never an empty cell."""
    return UNKNOWN if value is None or value == "" else value


@register.filter
def number(value: float | Decimal | None) -> str:
    """1.234"""
    return "" if value in (None, "") else numbers.format_number(value)


@register.filter
def euro(value: float | Decimal | None) -> str:
    """1.234,50 €"""
    return "" if value in (None, "") else numbers.format_euro(value)


@register.filter
def number_word(value: int) -> str:
    """eine, zwei … zwölf, then figures"""
    return numbers.number_word(value)


@register.filter(is_safe=True)
def nbsp(value: Any) -> str:
    """Hold the words together: no line break between them."""
    return str(value).replace(" ", dates.NBSP)


# --- Icons ------------------------------------------------------------------------------------------------------------
@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite, silent for screen readers: the word beside it carries the meaning."""
    address = f"{static('img/icons.svg')}#{name}"
    # Where no styles arrive, a drawing without measures is 300 px wide.
    return format_html('<svg class="i" width="20" height="20" aria-hidden="true"><use href="{}"/></svg>', address)


# --- Addresses --------------------------------------------------------------------------------------------------------
address = lru_cache(maxsize=4096)(reverse)


class AddressNode(URLNode):
    """Django's `url`, which remembers addresses: a page has dozens, and finding each took a hundred calls."""

    def render(self, context: Context) -> str:
        """Return the address, or let Django say why there is none; in the admin what it says depends on the site."""
        if self.kwargs or hasattr(context.get("request"), "current_app"):
            return super().render(context)
        try:
            arguments = tuple(argument.resolve(context) for argument in self.args)
            found = address(self.view_name.resolve(context), args=arguments)
        except NoReverseMatch:
            return super().render(context)
        if self.asvar:
            context[self.asvar] = found
            return ""
        return conditional_escape(found) if context.autoescape else found


@register.tag("url")
def url_tag(parser: Parser, token: Token) -> AddressNode:
    """Draw the address of a view, by Django's own rules."""
    node = url(parser, token)
    return AddressNode(node.view_name, node.args, node.kwargs, node.asvar)


@register.simple_tag(takes_context=True)
def query_with(context: Context, **changes: Any) -> str:
    """Return "?…" of this page with parameters replaced; None or "" removes one. Paging starts anew unless set."""
    return _query_with(context["request"], **changes)


@register.simple_tag(takes_context=True)
def nav_link(context: Context, view_name: str, label: str, section: str = "") -> SafeString:
    """Draw a menu entry; it is current on its own page and, by `section`, on the pages of its URL namespace."""
    request: HttpRequest | None = context.get("request")
    target = address(view_name)
    here = ""
    if request and request.path == target:
        here = "page"
    elif section and section == _section(context, request):
        here = "true"
    return _link(target, label, here)


@register.simple_tag(takes_context=True)
def tab(context: Context, url: str, label: str, count: int | None = None, *, has_pages: bool = False) -> SafeString:
    """Draw one tab, a link to a page of its own, inside `<nav class="tabs" aria-label="…">`.

    With `has_pages` it stays marked on the pages below it.
    """
    path = context["request"].path
    here = "page" if path == url else "true" if has_pages and path.startswith(url) else ""
    if count is None:
        return _link(url, label, here)
    return _link(url, format_html('{} <span class="n">{}</span>', label, numbers.format_number(count)), here)


def _link(url: str, label: str, here: str) -> SafeString:
    current = format_html(' aria-current="{}"', here) if here else ""
    return format_html('<a href="{}"{}>{}</a>', url, current, label)


def _section(context: Context, request: HttpRequest | None) -> str:
    """Return the part of the portal a page belongs to: what the page says, else its URL namespace."""
    match = request.resolver_match if request else None
    return context.get("section") or (match.namespace if match else "")


def _query_with(request: HttpRequest, **changes: Any) -> str:
    query: QueryDict = request.GET.copy()
    query.pop(PAGE_PARAMETER, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query[name] = value
    return f"?{query.urlencode()}"


# --- Components that need the request or a CSRF token -----------------------------------------------------------------
@register.simple_tag
# SECURITY: typed, because text that is HTML equals the same text that is none.
@lru_cache(maxsize=256, typed=True)
def badge(label: str, kind: str = "", icon_name: str = "") -> SafeString:
    """Draw a state: always a word, never colour alone; with an icon, in a kind of good, warm, bad, info, line or none.

    Drawn here because lists have one in every row: as a template of its own it cost more than the rest of the row.
    """
    css_class = f"badge badge--{kind}" if kind else "badge"
    return format_html('<span class="{}">{}{}</span>', css_class, icon(icon_name) if icon_name else "", label)


@register.simple_tag
def crumbs(*steps: str) -> SafeString:
    """Draw the path to this page from pairs of label and address; the last label stands alone."""
    pairs = zip_longest(steps[::2], steps[1::2], fillvalue="")
    path = format_html_join(
        "", "<li>{}</li>", ((format_html('<a href="{}">{}</a>', url, label) if url else label,) for label, url in pairs)
    )
    return format_html('<nav aria-label="Brotkrumen"><ol class="crumbs">{}</ol></nav>', path)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Context, page: Page, label: str = "Seiten") -> dict[str, Any]:
    """Draw the links to the other pages of a list; nothing if there is only one."""
    paginator: Paginator[Any] = page.paginator
    request = context["request"]
    window = paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    links = [(n, _query_with(request, **{PAGE_PARAMETER: n}) if isinstance(n, int) else "") for n in window]
    turns = [
        (word, number, _query_with(request, **{PAGE_PARAMETER: number}))
        for word, number, exists in (
            ("Zurück", page.number - 1, page.has_previous()),
            ("Weiter", page.number + 1, page.has_next()),
        )
        if exists
    ]
    return {"label": label, "page": page, "links": links, "turns": turns}


@register.simple_tag(takes_context=True)
def sort_head(context: Context, key: str, label: str, is_default: bool = False, css_class: str = "") -> SafeString:
    """Draw a table head that sorts by `key` (`?sortierung=key`, descending `-key`) and says how it is sorted now."""
    request = context["request"]
    current = request.GET.get(SORT_PARAMETER) or (key if is_default else "")
    direction, arrow = {key: ("ascending", " ↑"), f"-{key}": ("descending", " ↓")}.get(current, ("", ""))
    target = f"-{key}" if direction == "ascending" else key
    return format_html(
        '<th scope="col"{}{}><a href="{}">{}{}</a></th>',
        format_html(' class="{}"', css_class) if css_class else "",
        format_html(' aria-sort="{}"', direction) if direction else "",
        _query_with(request, **{SORT_PARAMETER: target}),
        label,
        arrow,
    )


@register.inclusion_tag("components/post_button.html", takes_context=True)
def post_button(
    context: Context, url: str, label: str, *, icon: str = "", about: str = "", variant: str = "2", name: str = "",
    value: str = "", is_large: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Draw a small form of one button: what changes state is never a link. `about` names the row for screen readers."""
    # SECURITY: rows are included with `only`, which drops the token; the request still has it.
    request = getattr(context, "request", None)
    token = {} if request is None else {"csrf_token": get_token(request)}
    button = {
        "url": url,
        "label": label,
        "icon": icon,
        "about": about,
        "variant": variant,
        "name": name,
        "value": value,
    }
    return button | token | {"is_large": is_large}


@register.inclusion_tag("components/chips.html", takes_context=True)
def active_filters(context: Context, form: Any, label: str = "Aktive Filter") -> dict[str, Any]:
    """Draw the filters in force as links that remove them."""
    request = context["request"]
    return {"label": label, "chips": [(text, _query_with(request, **{name: None})) for name, text in chips_of(form)]}
