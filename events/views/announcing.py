"""Forms whose effect people are told of: nothing is saved before the organisers have seen which mails follow."""

from typing import ClassVar

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.exceptions import DomainError
from core.numbers import format_number
from events.change_check import Check, check_change
from events.emails import ChangeMail
from events.forms.manage_changes import NoticeForm
from events.models import Event, EventChange
from events.services.changes import NeedsNotice, Notice
from events.views.mail_html import mail_html_response

SEND, SILENT, BACK, HTML = "senden", "still", "formular", "html"


class Announcing:
    """Between form and saving stands a check page. The form's input travels through it as hidden fields.

    Mixed into a form view: it posts to its own address, `aktion` says what the person wants.
    """

    request: HttpRequest
    check_template = "events/manage/change_check.html"
    notice_purpose: ClassVar[str] = ChangeMail.name
    may_ask = True
    may_be_silent = True
    done_words = "Gespeichert."
    reach_words = (
        "Alle, die zugesagt haben oder deren Einladung schon hinausging. Wer abgesagt hat oder die Adresse nicht "
        "bestätigt hat, bekommt nichts."
    )

    def act(self, form: BaseForm, notice: Notice | None) -> EventChange | None:
        """Call the service; NeedsNotice while nobody has decided what people are told."""
        raise NotImplementedError

    def changed_event(self) -> Event:
        """Return the event it is about."""
        raise NotImplementedError

    def hints(self, form: BaseForm) -> list[str]:
        """Return what else is worth knowing before this is saved."""
        return []

    def asked_again(self, form: BaseForm) -> list[str]:
        """Return the form's fields that the check page asks once more instead of carrying them along."""
        return []

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Save, or show first whom it reaches, or go back to the form with everything as typed."""
        wish = self.request.POST.get("aktion", "")
        if wish == BACK:
            return self.render_to_response(self.get_context_data(form=form))  # type: ignore[attr-defined]
        words = self._words_form(wish)
        try:
            return self._follow(form, words, wish)
        except NeedsNotice:
            return self._check_page(form, words, wish)
        except DomainError as error:
            return self.refuse(form, error)  # type: ignore[attr-defined]

    def _follow(self, form: BaseForm, words: NoticeForm, wish: str) -> HttpResponse:
        """Do what was asked for; raise NeedsNotice to see the check page."""
        if wish not in ("", SEND, SILENT):
            raise NeedsNotice
        if words.is_bound and (not words.is_valid() or (wish == SILENT and words.needs_reason())):
            raise NeedsNotice
        notice = words.notice(is_mailed=wish == SEND) if wish in (SEND, SILENT) else None
        change = self.act(form, notice)
        messages.success(self.request, f"{self.done_words}{_told_words(change)}")
        return redirect(self.get_success_url())  # type: ignore[attr-defined]

    def _check_page(self, form: BaseForm, words: NoticeForm, wish: str) -> HttpResponse:
        try:
            check = self._check(form, words)
        except DomainError as error:
            return self.refuse(form, error)  # type: ignore[attr-defined]
        if wish == HTML:
            if check.mail is None:
                raise Http404
            return mail_html_response(check.mail.html)
        again = self.asked_again(form)
        context = self.get_context_data(  # type: ignore[attr-defined]
            form=form,
            words=words,
            check=check,
            carried=self._carried(words, *again),
            asked_again=[form[name] for name in again],
            has_errors=bool(words.errors),
            hints=self.hints(form),
            reach_words=self.reach_words,
            may_be_silent=self.may_be_silent,
        )
        return self.response_class(self.request, [self.check_template], context)  # type: ignore[attr-defined]

    def _check(self, form: BaseForm, words: NoticeForm) -> Check:
        is_readable = not words.is_bound or words.is_valid()
        notice = words.notice(is_mailed=True) if is_readable else Notice()
        return check_change(
            event=self.changed_event(),
            purpose=self.notice_purpose,
            act=lambda: self.act(form, notice),
            wanted=self.request.POST.get("person", ""),
        )

    def _words_form(self, wish: str) -> NoticeForm:
        """Return the notice as decided so far; when the page opens, people are asked again."""
        if wish:
            return NoticeForm(self.request.POST, may_ask=self.may_ask)
        return NoticeForm(initial={"asks_again": self.may_ask}, may_ask=self.may_ask)

    def _carried(self, words: NoticeForm, *shown: str) -> list[tuple[str, str]]:
        """Return the form's own fields as posted, except those the page shows."""
        left = {"csrfmiddlewaretoken", "aktion", "person", *words.fields, *shown}
        return [(name, value) for name, values in self.request.POST.lists() if name not in left for value in values]


def _told_words(change: EventChange | None) -> str:
    if change is None:
        return ""
    if change.is_mailed:
        people = (
            "Eine Person erhält" if change.told_count == 1 else f"{format_number(change.told_count)} Personen erhalten"
        )
        return f" {people} in den nächsten Minuten eine Mail."
    return " Die Änderung steht auf der Seite des Treffens, eine Mail ging nicht hinaus."
