"""Figures as drawings: bars with presentation attributes only, because the page allows no inline style."""

from dataclasses import dataclass

from events.answer_figures import Figure

WIDTH, LABEL, ROW, BAR = 640, 190, 34, 18
COLUMN_HEIGHT, FOOT = 160, 8
# Bars in the order of a figure's heads.
CLASSES = ("c1", "c2", "c3")


@dataclass(frozen=True)
class Bar:
    """One rectangle; its class says which head it stands for."""

    x: str
    y: str
    width: str
    height: str
    css_class: str


@dataclass(frozen=True)
class Label:
    """The words beside a row of bars."""

    text: str
    y: str


@dataclass(frozen=True)
class Chart:
    """A drawing of one figure and what it shows, in a sentence for those who do not see it."""

    figure: Figure
    width: int
    height: int
    bars: tuple[Bar, ...]
    labels: tuple[Label, ...]
    summary: str
    legend: tuple[tuple[str, str], ...]


def row_chart(figure: Figure) -> Chart:
    """Draw one bar per line, its counts one after the other."""
    most = max((line.total for line in figure.lines), default=0) or 1
    bars, labels = [], []
    for number, line in enumerate(figure.lines):
        x, y = float(LABEL), number * ROW + (ROW - BAR) / 2
        labels.append(Label(_short(line.label), _px(y + BAR - 5)))
        for count, css_class in zip(line.counts, CLASSES, strict=False):
            width = round((WIDTH - LABEL) * count / most, 1)
            if width:
                bars.append(Bar(_px(x), _px(y), _px(width), _px(BAR), css_class))
            x += width
    return Chart(figure, WIDTH, len(figure.lines) * ROW, tuple(bars), tuple(labels), _summary(figure), _legend(figure))


def column_chart(figure: Figure) -> Chart:
    """Draw one column per line, from left to right."""
    most = max((line.total for line in figure.lines), default=0) or 1
    step = WIDTH / max(len(figure.lines), 12)
    bars = []
    for number, line in enumerate(figure.lines):
        foot = float(COLUMN_HEIGHT)
        for count, css_class in zip(line.counts, CLASSES, strict=False):
            height = round((COLUMN_HEIGHT - FOOT) * count / most, 1)
            if height:
                bars.append(Bar(_px(number * step), _px(foot - height), _px(step * 0.8), _px(height), css_class))
            foot -= height
    return Chart(figure, WIDTH, COLUMN_HEIGHT, tuple(bars), (), _summary(figure), _legend(figure))


def _legend(figure: Figure) -> tuple[tuple[str, str], ...]:
    return tuple(zip(figure.heads, CLASSES, strict=False))


def _summary(figure: Figure) -> str:
    totals = (sum(line.counts[number] for line in figure.lines) for number in range(len(figure.heads)))
    words = ", ".join(f"{total} {head.lower()}" for head, total in zip(figure.heads, totals, strict=True))
    return f"{figure.title}: {words}. Die Zahlen stehen in der Tabelle."


def _short(text: str) -> str:
    return text if len(text) <= 26 else f"{text[:25]}…"


def _px(value: float) -> str:
    """12.5, with a point whatever the language of the page."""
    return f"{value:.1f}"
