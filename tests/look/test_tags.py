"""The template tags every page has."""

import datetime as dt

import pytest
import time_machine
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from core.filters import FilterForm


def draw(source: str, path: str = "/liste/", **context: object) -> str:
    request = RequestFactory().get(path)
    request.resolver_match = None
    return Template(source).render(Context({"request": request, **context}))


def test_words_as_filters() -> None:
    at = dt.datetime(2027, 3, 4, 9, tzinfo=dt.UTC)
    assert (
        draw("{{ at|day }} · {{ at|clock }} · {{ at|date_de }}", at=at)
        == "Donnerstag, 4. März 2027 · 10:00\u00a0Uhr · 4. März 2027"
    )
    assert draw("{% span at end %}", at=at, end=None) == "Donnerstag, 4. März 2027, 10:00\u00a0Uhr"
    assert draw("{{ none|day }}{{ none|moment }}{{ none|number }}{{ none|clock }}", none=None) == ""
    assert draw("{{ at|clock }}", at=dt.time(0)) == "00:00\u00a0Uhr"


def test_relative_day_turns_at_midnight_in_germany() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 21, 23, 30, tzinfo=dt.UTC), tick=False):
        assert draw("{{ at|relative_day }}", at=dt.date(2026, 11, 22)) == "heute"


def test_unknown_marks_only_what_is_missing() -> None:
    marked = '<span class="unknown">unbekannt</span>'
    assert draw("{{ a|unknown }}|{{ b|unknown }}|{{ c|unknown }}", a="", b=None, c=0) == f"{marked}|{marked}|0"


def test_values_are_escaped() -> None:
    evil = "<b>&"
    assert "<b>" not in draw("{{ evil|unknown }}{{ evil|nbsp }}", evil=evil)
    assert "<b>" not in draw("{% badge evil %}{% crumbs evil '/x/' evil %}{% tab '/x/' evil %}", evil=evil)
    assert draw("{{ text|nbsp }}", text="3 von 4") == "3\u00a0von\u00a04"


def test_icon_is_silent_and_comes_from_the_sprite() -> None:
    assert draw('{% icon "check" %}') == (
        '<svg class="i" width="20" height="20" aria-hidden="true"><use href="/static/img/icons.svg#check"/></svg>'
    )


def test_query_with_keeps_the_other_filters_and_starts_paging_anew() -> None:
    assert draw('{% query_with land="NW" %}', "/liste/?q=ä&seite=4") == "?q=%C3%A4&amp;land=NW"
    assert draw("{% query_with q=None %}", "/liste/?q=a&land=NW") == "?land=NW"


def test_menu_and_tabs_say_where_you_are() -> None:
    assert 'aria-current="page"' in draw('{% tab "/liste/" "Liste" 1200 %}')
    assert draw('{% tab "/andere/" "Liste" 1200 %}') == '<a href="/andere/">Liste <span class="n">1.200</span></a>'
    assert 'aria-current="true"' in draw('{% tab "/liste/" "Liste" has_pages=True %}', "/liste/neu/")
    assert "aria-current" not in draw('{% tab "/liste/" "Liste" %}', "/liste/neu/")


def test_menu_marks_the_section() -> None:
    source = '{% nav_link "events:event-list" "Veranstaltungen" section="events" %}'
    assert "aria-current" not in draw(source)
    assert 'aria-current="true"' in draw(source, section="events")


def test_pager() -> None:
    many, one = Paginator(range(350), 50), Paginator(range(3), 50)
    drawn = draw("{% pager page %}", "/liste/?q=a&seite=2", page=many.page(2))
    assert '<span aria-current="page">2</span>' in drawn
    assert 'href="?q=a&amp;seite=3" aria-label="Weiter zu Seite 3"' in drawn
    assert 'href="?q=a&amp;seite=7"' in drawn
    assert "<nav" not in draw("{% pager page %}", page=one.page(1))


@pytest.mark.parametrize(
    ("query", "direction", "target"),
    [("", "ascending", "-name"), ("?sortierung=-name", "descending", "name"), ("?sortierung=ort", None, "name")],
)
def test_sort_head(query: str, direction: str | None, target: str) -> None:
    drawn = draw('{% sort_head "name" "Name" is_default=True %}', f"/liste/{query}")
    assert f'href="?sortierung={target}"' in drawn
    assert (f'aria-sort="{direction}"' in drawn) if direction else ("aria-sort" not in drawn)


def test_what_changes_state_is_a_post_form_with_a_token() -> None:
    drawn = draw('{% post_button "/halt/" "Anhalten" icon="pause" about=title %}', csrf_token="abc", title="Runde 2")
    assert '<form method="post" action="/halt/">' in drawn
    assert 'name="csrfmiddlewaretoken" value="abc"' in drawn
    assert 'Anhalten<span class="vh">: Runde 2</span></button>' in drawn


def test_filters_in_force_can_be_removed_one_by_one() -> None:
    class Places(FilterForm):
        land = forms.ChoiceField(choices=[("NW", "Nordrhein-Westfalen"), ("SL", "Saarland")], required=False)
        q = forms.CharField(required=False)

    form = Places({"land": "NW", "q": "Pflege"})
    assert form.is_valid()
    drawn = draw("{% active_filters form %}", "/liste/?land=NW&q=Pflege&seite=3", form=form)
    assert '<a class="chip" href="?q=Pflege">Nordrhein-Westfalen' in drawn
    assert '<a class="chip" href="?land=NW">Pflege' in drawn
    assert "<ul" not in draw("{% active_filters form %}", form=Places())


def test_a_wrong_filter_value_is_named_and_makes_no_chip() -> None:
    class Places(FilterForm):
        land = forms.ChoiceField(label="Land", choices=[("NW", "Nordrhein-Westfalen")], required=False)

    form = Places({"land": "XX"})
    form.full_clean()
    assert "chip" not in draw("{% active_filters form %}", form=form)
    drawn = draw('{% include "components/filter.html" with form=form label="Filtern" only %}', form=form)
    assert "Nicht angewandt, weil der Wert nicht passt: Land" in drawn
    assert "freiwillig" not in drawn


def test_messages_are_announced() -> None:
    message = Message(constants.SUCCESS, "Gespeichert.")
    drawn = draw('{% include "components/messages.html" with messages=messages only %}', messages=[message])
    assert 'role="status"' in drawn
    assert "notice--good" in drawn
