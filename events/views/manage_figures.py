"""Organisers: the statistics of the answers."""

from typing import Any

from core.access import Access
from core.clock import db_now
from core.views import Page
from events.answer_figures import answer_figures, answers_over_time
from events.figure_charts import column_chart, row_chart
from events.views.manage_pages import OfManagedEvent


class AnswerFigures(OfManagedEvent, Page):
    """Answers by role, Land, kind of organisation and way to take part, and over time: drawn and as tables."""

    access = Access.VIEW
    template_name = "events/manage/answer_figures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Count and draw."""
        charts = [row_chart(figure) for figure in answer_figures(self.event)]
        charts.append(column_chart(answers_over_time(self.event)))
        return super().get_context_data(charts=charts, now=db_now(), **kwargs)
