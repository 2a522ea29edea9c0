"""The icons of the portal: our names for what they mean, and how the sprite is made from the package `lucide`."""

import importlib.resources
import re
import zipfile
from xml.etree import ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"

# Our name → lucide's name. Ours says what it means here, so a better picture is one line.
ICONS = {
    "access": "accessibility",
    "alert": "triangle-alert",
    "badge": "badge-check",
    "book": "book-open",
    "cal": "calendar",
    "cap": "graduation-cap",
    "check": "check",
    "clock": "clock",
    "copy": "copy",
    "cup": "coffee",
    "delete": "trash-2",
    "door": "door-open",
    "down": "download",
    "edit": "pencil",
    "file": "file-text",
    "firm": "factory",
    "flag": "flag",
    "food": "utensils",
    "globe": "globe",
    "help": "circle-question-mark",
    "history": "history",
    "idea": "lightbulb",
    "info": "info",
    "key": "key-round",
    "link": "link",
    "list": "list",
    "lock": "lock",
    "mail": "mail",
    "mailx": "mail-x",
    "menu": "menu",
    "mic": "mic",
    "minus": "minus",
    "movedown": "arrow-down",
    "moveup": "arrow-up",
    "net": "waypoints",
    "org": "building-2",
    "out": "log-out",
    "pause": "pause",
    "phone": "phone",
    "pin": "map-pin",
    "pitch": "megaphone",
    "plus": "plus",
    "print": "printer",
    "repeat": "refresh-cw",
    "screen": "monitor",
    "search": "search",
    "see": "eye",
    "send": "send",
    "skip": "skip-forward",
    "stall": "store",
    "swap": "arrow-left-right",
    "table": "armchair",
    "talk": "messages-square",
    "tool": "wrench",
    "undo": "undo-2",
    "up": "upload",
    "user": "user",
    "users": "users",
    "video": "video",
    "wait": "hourglass",
    "x": "x",
}

# Our own mark: two lines that meet. Its amber line takes the stroke of the page it stands on.
OWN_SYMBOLS = {
    "marke": (
        '<symbol id="marke" viewBox="0 0 36 36">'
        '<path d="M7 29V17l9-9h13" fill="none" stroke="currentColor" stroke-width="4"/>'
        '<path d="M7 29h11l11-11V8" fill="none" stroke-width="4"/>'
        '<circle cx="7" cy="29" r="4.5" stroke="currentColor" stroke-width="3"/>'
        '<circle cx="29" cy="8" r="4.5" stroke="currentColor" stroke-width="3"/></symbol>'
    )
}


def build_sprite() -> str:
    """Return the sprite: one symbol per icon, outlines in the colour of the text, also where no styles arrive."""
    source = importlib.resources.files("lucide").joinpath("lucide.zip")
    with source.open("rb") as file, zipfile.ZipFile(file) as archive:
        symbols = [_symbol(name, archive.read(f"{theirs}.svg")) for name, theirs in sorted(ICONS.items())]
    return "\n".join(['<svg xmlns="http://www.w3.org/2000/svg">', *OWN_SYMBOLS.values(), *symbols, "</svg>", ""])


def _symbol(name: str, svg: bytes) -> str:
    drawing = ET.fromstring(svg)  # noqa: S314 - our own dependency's file, not somebody's upload
    shapes = "".join(_shape(element) for element in drawing)
    return (
        f'<symbol id="{name}" viewBox="{drawing.attrib["viewBox"]}" fill="none" stroke="currentColor">{shapes}</symbol>'
    )


def _shape(element: ET.Element) -> str:
    element.tag = element.tag.removeprefix(SVG)
    element.tail = None
    return re.sub(r"\s*/>$", "/>", ET.tostring(element, encoding="unicode"))
