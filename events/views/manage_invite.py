"""Organisers: inviting in three steps. Groups stand in the address, the list and the words come by POST."""

import datetime as dt
import re
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from core.access import Access
from core.clock import db_now
from core.dates import format_moment
from core.exceptions import DomainError
from core.numbers import format_number
from core.views import Page
from events.forms.manage_invite import GroupsForm, SendAtForm, WordsForm
from events.invite_flow import Shown, find, preview, show
from events.models import GuestList, InvitationRound
from events.round_page import noted_count, round_lines
from events.services.invitations import invite
from events.services.rounds import WrongTime, refuse_when_not_ready
from events.views.mail_html import mail_html_response
from events.views.manage_pages import OfManagedEvent
from verbuende.models import Verbund, VerbundMember

# What can be a primary key; anything else in the address is ignored.
PRIMARY_KEY = re.compile(r"[0-9]{1,9}")
STEPS = ("Gruppen", "Liste", "Vorschau und Senden")
TICK_ALL, TO_LIST = "alle", "liste"
NOW, LATER = "senden", "einplanen"
FIRST_CHOICE = {"rolle": [VerbundMember.Role.LEAD, VerbundMember.Role.STAFF], "personen": True}
CHANGED = "Die Liste hat sich geändert, seit Sie sie geöffnet haben. Prüfen Sie sie noch einmal; gesendet wurde nichts."
NOBODY = "Kreuzen Sie mindestens eine Person an."


class Invite(OfManagedEvent, Page):
    """Choose groups, check the exact list, see the mail, send."""

    access = Access.EDIT
    template_name = "events/manage/invite_groups.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Step 1, or step 2 for the groups in the address."""
        if request.GET.get("schritt") == TO_LIST:
            return self._list(self._show(), WordsForm())
        return self.render_to_response(self._groups_context())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Step 3, or back to the list, or send: always on the list as it is now."""
        shown, words = self._show(), WordsForm(request.POST)
        ticked = shown.ticked(request.POST)
        problem = self._problem(shown, ticked)
        action = request.POST.get("aktion")
        if action == TO_LIST or problem or not words.is_valid():
            return self._list(shown, words, ticked, problem)
        if action not in (NOW, LATER):
            return self._preview(shown, words, ticked)
        return self._leave(shown, words, ticked, SendAtForm(request.POST) if action == LATER else None)

    def _leave(self, shown: Shown, words: WordsForm, ticked: set[str], when: SendAtForm | None) -> HttpResponse:
        if when and not when.is_valid():
            return self._preview(shown, words, ticked, when)
        try:
            sending = self._send(shown, words, ticked, when.cleaned_data["send_at"] if when else None)
        except WrongTime as error:
            if when:
                when.add_error("send_at", error.message)
            return self._preview(shown, words, ticked, when)
        except DomainError as error:
            return self._list(self._show(), words, ticked, error.message)
        return self._sent(sending)

    def _problem(self, shown: Shown, ticked: set[str]) -> str:
        if self.request.POST.get("stand") != shown.digest:
            return CHANGED
        return "" if ticked else NOBODY

    def _send(self, shown: Shown, words: WordsForm, ticked: set[str], send_at: dt.datetime | None) -> InvitationRound:
        return invite(
            actor=self.request.user,
            event=self.event,
            audience=shown.audience,
            chosen=ticked,
            text=words.cleaned_data["worte"],
            after_round=shown.last_round,
            send_at=send_at,
        )

    def _sent(self, sending: InvitationRound) -> HttpResponseRedirect:
        count = sending.invitations.count()
        if sending.sent_at > db_now():
            words = "Eine Einladung geht" if count == 1 else f"{format_number(count)} Einladungen gehen"
            messages.success(self.request, f"Eingeplant. {words} hinaus: {format_moment(sending.sent_at)}.")
            return redirect("events:invite", self.event.slug)
        words = "Eine Einladung ist" if count == 1 else f"{format_number(count)} Einladungen sind"
        messages.success(self.request, f"{words} auf dem Weg und verlassen das Portal in den nächsten Minuten.")
        return redirect("events:mail-list", self.event.slug)

    def _show(self) -> Shown:
        form = GroupsForm(
            self.request.GET, verbuende=self._all_verbuende(), guest_lists=self._guest_lists(), rounds=self._rounds()
        )
        form.full_clean()
        return show(actor=self.request.user, event=self.event, selection=form.selection)

    def _list(self, shown: Shown, words: WordsForm, ticked: set[str] | None = None, problem: str = "") -> HttpResponse:
        self.template_name = "events/manage/invite_list.html"
        context = self.get_context_data(
            form=words,
            shown=shown,
            ticked=shown.ticked_at_first() if ticked is None else ticked,
            problem=problem,
            has_errors=bool(problem),
            steps=STEPS,
            not_ready=self._not_ready(),
            groups_url=f"?{self._groups_query()}",
        )
        return self.render_to_response(context)

    def _preview(
        self, shown: Shown, words: WordsForm, ticked: set[str], when: SendAtForm | None = None
    ) -> HttpResponse:
        self.template_name = "events/manage/invite_preview.html"
        chosen = [person for person in shown.candidates if person.key in ticked]
        person = find(chosen, self.request.POST.get("vorschau", ""))
        text, first = words.cleaned_data["worte"], shown.ticked_at_first()
        context = self.get_context_data(
            shown=shown,
            chosen=chosen,
            left_out=[each for each in shown.candidates if each.key in first - ticked],
            added=[each for each in chosen if each.key not in first],
            again=[each for each in shown.audience.invited if each.key in ticked],
            form=when or SendAtForm(),
            is_scheduling=when is not None,
            person=person,
            words=text,
            mail=preview(self.event, person, text) if person else None,
            steps=STEPS,
            query=self.request.GET.urlencode(),
        )
        return self.render_to_response(context)

    def _groups_context(self) -> dict[str, Any]:
        data = self.request.GET.copy()
        shown = self._displayed_verbuende()
        if data.get("schritt") == TICK_ALL:
            data.setlist("verbund", [str(pk) for pk in shown.values_list("pk", flat=True)])
        has_choice = bool(data)
        form = GroupsForm(
            data if has_choice else None,
            initial=FIRST_CHOICE,
            verbuende=shown,
            guest_lists=self._guest_lists(),
            rounds=self._rounds(),
        )
        return self.get_context_data(
            groups=form,
            steps=STEPS,
            shown_count=shown.count(),
            not_ready=self._not_ready(),
            rounds=round_lines(self.event),
            noted_count=noted_count(self.event),
        )

    def _rounds(self) -> QuerySet[InvitationRound]:
        return self.event.rounds.left().with_answers()

    def _guest_lists(self) -> QuerySet[GuestList]:
        return self.event.guest_lists.applied().select_related("run__file")

    def _all_verbuende(self) -> QuerySet[Verbund]:
        return Verbund.objects.visible_to(self.request.user).alliances()

    def _displayed_verbuende(self) -> QuerySet[Verbund]:
        """Return the alliances under the filter, and those ticked before: narrowing must not lose a tick."""
        found = self._all_verbuende()
        if land := self.request.GET.get("land"):
            found = found.in_state(land)
        found = found.search(self.request.GET.get("suche", "")[:100].replace("\x00", ""))
        ticked = [pk for pk in self.request.GET.getlist("verbund") if PRIMARY_KEY.fullmatch(pk)]
        return self._all_verbuende().filter(Q(pk__in=found.values("pk")) | Q(pk__in=ticked))

    def _groups_query(self) -> str:
        query = self.request.GET.copy()
        query["schritt"] = "gruppen"
        return query.urlencode()

    def _not_ready(self) -> str:
        try:
            refuse_when_not_ready(self.event)
        except DomainError as error:
            return error.message
        return ""


class InvitePreviewHtml(Invite):
    """The HTML part of the previewed invitation, shut off from everything. Sends nothing."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Without the list there is nothing to show: begin with the groups."""
        return redirect(reverse("events:invite", args=[self.event.slug]))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Draw the mail for the chosen person with the words as typed."""
        words = WordsForm(request.POST)
        person = find(self._show().candidates, request.POST.get("vorschau", ""))
        if person is None or not words.is_valid():
            raise Http404
        return mail_html_response(preview(self.event, person, words.cleaned_data["worte"]).html)
