"""Plain text as people are used to from mails: 78 columns, hanging indents, links on one line."""

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import lru_cache

WIDTH = 78
# "Wann:     …", "10:00  …", "- …": the rest hangs below the first word after it.
_HANGING = re.compile(r"(?:[^\s:][^:]{0,24}:\s{2,}|\d{1,2}:\d{2}(?: bis \d{1,2}:\d{2})?\s{2,}|[-–•]\s+|\d{1,2}\.\s+)")


def wrap_text(text: str) -> str:
    """Return the text wrapped line by line, without trailing blanks and without gaps of more than one line."""
    lines: list[str] = []
    for line in text.splitlines():
        lines.extend(_wrap_line(line))
    wrapped = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
    # A no-break space has done its work once the lines are broken.
    return wrapped.replace("\u00a0", " ") + "\n"


def align_facts(rows: Iterable[tuple[str, str]]) -> str:
    """Return label and value per line, the values below each other."""
    facts = [(f"{label}:", str(value)) for label, value in rows]
    width = max((len(label) for label, _ in facts), default=0) + 2
    hang = "\n" + " " * width
    return "\n".join(label.ljust(width) + hang.join(value.splitlines() or [""]) for label, value in facts)


# Most lines of a mail to many are the same for everybody.
@lru_cache(maxsize=1000)
def _wrap_line(line: str) -> Sequence[str]:
    # The signature's separator is "-- " with its blank.
    if line == "-- ":
        return [line]
    line = line.rstrip()
    if len(line) <= WIDTH:
        return [line]
    hanging = _HANGING.match(line)
    indent = " " * (len(hanging[0]) if hanging else len(line) - len(line.lstrip()))
    return textwrap.wrap(
        line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False, drop_whitespace=True
    )
