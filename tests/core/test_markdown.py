"""Markdown becomes safe HTML."""

import re

import pytest

from core.markdown import render_markdown


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Ein **fetter** und *schräger* Satz", "<p>Ein <strong>fetter</strong> und <em>schräger</em> Satz</p>\n"),
        ("# Eins\n\n### Drei", "<h3>Eins</h3>\n<h4>Drei</h4>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("eins\nzwei", "<p>eins<br>\nzwei</p>\n"),
        ("[Text](https://example.org)", '<p><a href="https://example.org" rel="noopener nofollow">Text</a></p>\n'),
        ("", ""),
    ],
)
def test_what_a_text_needs(text: str, html: str) -> None:
    assert render_markdown(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        "![x](https://example.org/pixel.png)", "<svg/onload=alert(1)>", '[x](https://a" onclick="alert(1))',
        "<a href='javascript:alert(1)'>x</a>", "[x]: javascript:alert(1)\n\n[x]", "<iframe src=//x></iframe>",
    ],
)  # fmt: skip
def test_nothing_that_could_run_gets_through(text: str) -> None:
    html = render_markdown(text)
    for sign in ("<script", "<img", "<svg", "<iframe", 'href="javascript', 'href="data', "<a href='"):
        assert sign not in html
    assert not re.search(r"<[^>]*\son\w+=", html)
