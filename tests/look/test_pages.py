"""Error pages, the style sheet page, and what a page weighs."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import LazySettings, settings
from django.core.management import call_command
from django.template.loader import render_to_string
from django.test import Client

from core.icons import ICONS

# What every page links; single pages add small sheets of their own (the demo mailbox, the organisers' pages).
EVERYWHERE = ("base", "components", "layout", "print", "tokens")
CSS = [Path(settings.BASE_DIR) / "static" / "css" / f"{name}.css" for name in EVERYWHERE]
LIMIT = 19 * 1024
WITHOUT_ANYTHING = ["400.html", "403_csrf.html", "429.html", "500.html", "503.html"]


def weight(*parts: bytes) -> int:
    """What travels: each file packed by itself, as it is sent."""
    return sum(len(gzip.compress(part, 9)) for part in parts)


@pytest.mark.parametrize("name", WITHOUT_ANYTHING)
def test_error_pages_need_neither_context_nor_database(name: str) -> None:
    page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert "gespeichert" in page
    assert not re.search(r"\b(?:400|403|429|500|503)\b", re.sub(r"<[^>]*>", "", page))


@pytest.mark.parametrize("name", WITHOUT_ANYTHING)
def test_error_pages_link_plain_file_names(name: str) -> None:
    files = re.findall(r'(?:href|src)="(/static/[^"#]+)', render_to_string(name))
    assert len(files) >= 3
    for file in files:
        assert (Path(settings.BASE_DIR) / file.lstrip("/")).exists()


@pytest.mark.django_db
def test_a_missing_page_offers_a_way_on(client: Client) -> None:
    response = client.get("/gibt-es-nicht/")
    assert response.status_code == 404
    page = response.content.decode()
    assert "Diese Seite gibt es nicht" in page
    assert 'href="/veranstaltungen/"' in page


def test_the_style_sheet_page_shows_every_component(client: Client) -> None:
    response = client.get("/stil/")
    assert response.status_code == 200
    page = response.content.decode()
    classes = ("btn--x", "badge--warm", "chip", "notice--bad", "errors", "choices--3", "done--wait", "way--h", "log",
               "facts--wide", "table stack", "tabs", "empty", "chart", "stat--s", "menu", "pager")  # fmt: skip
    assert [name for name in classes if f'class="{name}' not in page and f" {name}" not in page] == []
    assert set(re.findall(r"icons\.svg#(\w+)", page)) <= ICONS.keys() | {"marke"}
    assert not response.cookies


def test_style_sheets_are_light() -> None:
    # As one file, which is how they leave.
    assert weight(b"".join(path.read_bytes() for path in CSS)) <= 10 * 1024


def test_the_style_sheet_page_is_the_heaviest_and_fits(client: Client) -> None:
    page = client.get("/stil/").content
    assert weight(page, *(path.read_bytes() for path in CSS)) <= LIMIT


def test_the_order_of_the_layers_is_said_once_and_first() -> None:
    orders = {path.name: path.read_text().count("@layer tokens, base") for path in CSS}
    assert orders == {"base.css": 0, "components.css": 0, "layout.css": 0, "print.css": 0, "tokens.css": 1}
    page = render_to_string("500.html")
    assert re.findall(r"css/(\w+)\.css", page) == ["portal"]
    bundle = (CSS[0].parent / "portal.css").read_text()
    assert re.findall(r"(\w+)\.css\"\);", bundle) == ["tokens", "base", "layout", "components", "print"]


def test_collected_style_sheets_are_one_file(tmp_path: Path, settings: LazySettings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "core.static_files.BundlingStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    (bundle,) = (path for path in (tmp_path / "css").glob("portal.*.css"))
    text = bundle.read_text()
    assert "@import" not in text
    assert all(path.read_text() in text for path in CSS)
    assert (tmp_path / "css" / "portal.css").read_text() == text
