"""Badges are remembered; what is typed never becomes HTML by that."""

from django.utils.safestring import SafeString

from core.templatetags.portal import badge


def test_the_same_text_typed_is_escaped_after_html_was_drawn():
    assert "<b>neu</b>" in badge(SafeString("<b>neu</b>"), "good")
    assert "&lt;b&gt;neu&lt;/b&gt;" in badge("<b>neu</b>", "good")
