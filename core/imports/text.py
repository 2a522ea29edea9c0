"""Text that is a table: CSV in whatever encoding, cells copied from Excel, addresses copied from a mail program."""

import csv
import io
import re
from collections import Counter

from core.imports.tables import MAX_ROWS, Unreadable, too_many_rows

# What the person may choose when umlauts look wrong.
ENCODINGS = (
    ("utf-8", "UTF-8"),
    ("cp1252", "Windows (Westeuropa)"),
    ("utf-16", "UTF-16"),
    ("mac_roman", "Macintosh"),
    ("cp850", "MS-DOS"),
)
_DECODERS = {"utf-8": "utf-8-sig"}
_BOMS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_SINGLE_BYTE = ("cp1252", "mac_roman", "cp850")
_UMLAUTS = frozenset("äöüÄÖÜßéèáóçğşİıñ")
_SAMPLE = 200_000

# What may stand around or between addresses; everything else is one word.
_WORD = re.compile(r"[^\s<>()\[\],;:\"]+")
MOST = 0.8
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def detect_encoding(content: bytes) -> str:
    """Return the name of the encoding the bytes are most likely in."""
    for mark, encoding in _BOMS.items():
        if content.startswith(mark):
            return encoding
    if wide := _wide_encoding(content):
        return wide
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        sample = content[:_SAMPLE]
        # The one that shows most umlauts; the first if they do not differ.
        return max(_SINGLE_BYTE, key=lambda name: _umlauts(sample.decode(name, "replace")))
    return "utf-8"


def decode(content: bytes, encoding: str) -> str:
    """Return the text. Raises Unreadable when the bytes are no text in this encoding, or hold NUL bytes."""
    name = _DECODERS.get(encoding, encoding)
    if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        name = _wide_encoding(content) or "utf-16-le"
    try:
        text = content.decode(name, "replace" if encoding in _SINGLE_BYTE else "strict")
    except UnicodeDecodeError:
        label = dict(ENCODINGS).get(encoding, encoding)
        raise Unreadable(
            f"Die Datei lässt sich nicht als {label} lesen. Wählen Sie eine andere Zeichenkodierung."
        ) from None
    if "\x00" in text:
        raise Unreadable(
            "Das ist keine Textdatei. Speichern Sie die Liste als CSV oder als Excel-Arbeitsmappe (.xlsx)."
        )
    return text.removeprefix("\ufeff")


def lines_of(text: str) -> tuple[list[list[str]], bool]:
    """Return the cells of each line, and whether they are people from a mail program: name and address, no heading."""
    if text.count("\n") + text.count("\r") > 2 * MAX_ROWS:
        raise too_many_rows()
    people = _people(text)
    return (people, True) if people else (_csv_lines(text), False)


def _wide_encoding(content: bytes) -> str:
    """Recognise UTF-16 without its mark: Latin letters leave every second byte empty."""
    sample = content[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    few, enough = len(sample) // 50, len(sample) // 5
    if odd > enough and even <= few:
        return "utf-16-le"
    return "utf-16-be" if even > enough and odd <= few else ""


def _umlauts(text: str) -> int:
    return sum(text.count(letter) for letter in _UMLAUTS)


def _csv_lines(text: str) -> list[list[str]]:
    if declared := _SEPARATOR_LINE.match(text):
        text, delimiter = text[declared.end() :], declared[1]
    else:
        delimiter = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines: list[list[str]] = [[]] if declared else []
    try:
        lines.extend(reader)
    except csv.Error:
        raise Unreadable(
            f"Ab Zeile {reader.line_num} lässt sich die Datei nicht lesen: Eine Zelle ist viel zu lang. "
            "Meist fehlt dort ein schließendes Anführungszeichen."
        ) from None
    return lines


def _delimiter(text: str) -> str:
    """Return the sign that cuts most lines into the same number of cells; TAB and semicolon before the comma."""
    sample = text[:20_000].splitlines()[:50]
    shares = {}
    for delimiter in "\t;,|":
        try:
            widths = [len(cells) for cells in csv.reader(sample, delimiter=delimiter) if any(cells)]
        except csv.Error:
            continue
        width, count = Counter(widths).most_common(1)[0] if widths else (0, 0)
        shares[delimiter] = count / len(widths) if width > 1 else 0.0
    good = [delimiter for delimiter, share in shares.items() if share >= MOST]
    best = max(shares, key=lambda each: shares[each], default=";")
    return good[0] if good else best if shares.get(best) else ";"


def _people(text: str) -> list[list[str]]:
    """Return name and address of each person if the text is what mail programs copy, else nothing.

    "Muster, Max" <max@firma.de> · Muster, Max <max@firma.de> · Max Muster (max@firma.de) · max@firma.de
    """
    words = [word for word in _WORD.finditer(text) if word[0].strip("@").count("@") == 1] if "\t" not in text else []
    people, wrapped, end = [], 0, 0
    for word in words:
        before = text[end : word.start()].rstrip(" ").removesuffix("mailto:").rstrip(" ")
        wrapped += before.endswith(("<", "(", "["))
        name, others = _name_before(before)
        people += [[other, ""] for other in others]
        people.append([name, word[0].rstrip(".")])
        end = word.end()
    people += [[other, ""] for other in _pieces(text[end:])]
    is_plain = len(people) == len(words) and not any(name for name, _ in people)
    fits = is_plain or 2 * wrapped >= len(words) or not any(sign in text for sign in ",;|")
    return people if words and fits and len(words) >= MOST * len(people) else []


def _name_before(text: str) -> tuple[str, list[str]]:
    """Return the name right before an address, and what stands alone before that."""
    text = text.rstrip(" <([")
    if text.endswith('"'):
        rest, _, name = text[:-1].rpartition('"')
        return name.strip(), _pieces(rest)
    last = max(text.rfind(sign) for sign in ";\r\n")
    return text[last + 1 :].strip(" \"',>)]"), _pieces(text[: last + 1])


def _pieces(text: str) -> list[str]:
    return [piece.strip(" ,>)]") for piece in re.split(r"[;\r\n]", text) if piece.strip(" ,>)]")]
