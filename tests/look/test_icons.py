"""The icon sprite: made from the map, and complete for what the templates use."""

import re
from pathlib import Path

from django.conf import settings

from core.icons import ICONS, OWN_SYMBOLS, build_sprite

SPRITE = Path(settings.BASE_DIR) / "static" / "img" / "icons.svg"
# {% icon "x" %}, icon="x", badge_icon="x", and the third word of {% badge "…" "…" "x" %}
USES = re.compile(r"""(?:\{% icon |\bicon=|badge_icon=)["'](\w+)["']|\{% badge [^%]*?["'](\w+)["']\s*%\}""")
BADGE_KINDS = {"good", "warm", "bad", "info", "line"}


def test_the_sprite_in_the_project_is_the_generated_one() -> None:
    assert SPRITE.read_text(encoding="utf-8") == build_sprite(), "run `./run manage build_icons`"


def test_every_icon_a_template_names_exists() -> None:
    known = ICONS.keys() | OWN_SYMBOLS.keys() | BADGE_KINDS
    used: dict[str, str] = {}
    for path in (Path(settings.BASE_DIR) / "templates").rglob("*.html"):
        for match in USES.finditer(path.read_text(encoding="utf-8")):
            used[match[1] or match[2]] = str(path)
    assert len(used) > 10, "the pattern finds nothing any more"
    assert {name: path for name, path in used.items() if name not in known} == {}
