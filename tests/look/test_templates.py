"""Rules for every template, held by reading them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Mails style their elements, because mail programs know nothing else.
PAGES = sorted(path for path in TEMPLATES.rglob("*.html") if "emails" not in path.parts)
COMPONENTS = sorted((TEMPLATES / "components").glob("*.html"))

FORBIDDEN = {
    "inline style": re.compile(r"<style|\sstyle\s*=", re.IGNORECASE),
    "inline handler": re.compile(r"\son[a-z]+\s*=\s*[\"']", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\b(?:src|type=\"application/ld\+json\"))", re.IGNORECASE),
    "script address": re.compile(r"javascript:", re.IGNORECASE),
    "foreign resource": re.compile(
        r"<(?:link|script|img|use|iframe)[^>]*(?:src|href)=[\"'](?:https?:)?//", re.IGNORECASE
    ),
    "safe filter": re.compile(r"\|\s*safe\b|autoescape off"),
}
COMMENT = re.compile(r"\{#.*?#\}|\{% comment .*?\{% endcomment %\}", re.DOTALL)
TAG = re.compile(r"\{%.*?%\}", re.DOTALL)
INCLUDE = re.compile(r"""\{% include ["']components/[^%]*%\}""")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_nothing_the_content_security_policy_would_refuse(path: Path) -> None:
    source = COMMENT.sub("", path.read_text(encoding="utf-8"))
    markup = TAG.sub("", source)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(source if name == "safe filter" else markup)]
    assert found == []


def test_the_scan_would_see_a_fault() -> None:
    for markup in (
        '<p style="color:red">',
        '<a onclick="x()">',
        "<script>x()</script>",
        '<img src="//cdn.example.org/x">',
    ):
        assert any(pattern.search(markup) for pattern in FORBIDDEN.values()), markup


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_components_are_included_with_only(path: Path) -> None:
    loose = [tag for tag in INCLUDE.findall(path.read_text(encoding="utf-8")) if not re.search(r"\bonly\b", tag)]
    assert loose == []


@pytest.mark.parametrize("path", COMPONENTS, ids=lambda path: path.name)
def test_every_component_says_what_it_is_and_takes(path: Path) -> None:
    first = path.read_text(encoding="utf-8").split("\n", 1)[0]
    assert first.startswith("{# ")
    assert first.endswith(" #}")
    assert "Parameters: " in first


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_every_template_parses(path: Path) -> None:
    get_template(str(path.relative_to(TEMPLATES)))
