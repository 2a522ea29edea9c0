"""To whom a planned mail goes: one rule each, which counts, lists, sends and asks again before handing over."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from events.models import Invitation, MailPlan, PlaceClaim, Registration
from events.models.invitations import RUN_PREFIX
from events.models.registrations import ref_of
from mailing.models import OutboxMessage

Audience = MailPlan.Audience
Answer = Registration.Answer
State = OutboxMessage.State


@dataclass(frozen=True)
class AudienceRule:
    """condition_at: on Registration, as of a time. who: in the organisers' schedule. is_so: of one person, to
    organisers. why: to the person in the mail. lost: why it is not sent any more.
    """

    condition_at: Callable[[dt.datetime], Q]
    who: str
    is_so: str
    why: str
    lost: str


def _claim(state: str, *kinds: str) -> Callable[[dt.datetime], Q]:
    claims = PlaceClaim.objects.filter(registration=OuterRef("pk"), pool__item__isnull=True, state=state)
    if kinds:
        claims = claims.filter(pool__kind__in=kinds)
    return lambda _at: Q(Exists(claims), answer=Answer.YES)


def _invited(at: dt.datetime) -> Q:
    """Somebody whose round has left by then, unless no invitation reached them: stopped, refused or come back."""
    left = Invitation.objects.filter(registration=OuterRef("pk"), round__sent_at__lte=at)
    mails = OutboxMessage.objects.filter(ref=ref_of(OuterRef("pk")), run__startswith=RUN_PREFIX)
    missed = mails.filter(state__in=(State.HELD, State.ABORTED, State.FAILED))
    is_leaving = Q(state__in=(State.QUEUED, State.LEASED), not_before__lte=at)
    others = mails.filter(Q(state=State.SENT) | is_leaving)
    return Q(Exists(left)) & (~Q(Exists(missed)) | Q(Exists(others)))


_GOES = "Sie haben einen Platz bei diesem Treffen."

RULES: dict[str, AudienceRule] = {
    Audience.PLACE: AudienceRule(
        _claim("confirmed"), "Wer dann einen Platz hat", "Hat einen Platz.", _GOES, "Die Person hat keinen Platz mehr."
    ),
    Audience.ON_SITE: AudienceRule(
        _claim("confirmed", "on_site"),
        "Wer dann einen Platz vor Ort hat",
        "Hat einen Platz vor Ort.",
        _GOES,
        "Die Person hat keinen Platz vor Ort mehr.",
    ),
    Audience.ONLINE: AudienceRule(
        _claim("confirmed", "online"),
        "Wer dann einen Platz online hat",
        "Hat einen Platz online.",
        _GOES,
        "Die Person hat keinen Platz online mehr.",
    ),
    Audience.WAITING: AudienceRule(
        _claim("waiting"),
        "Wer dann auf der Warteliste steht",
        "Steht auf der Warteliste.",
        "Sie stehen auf der Warteliste dieses Treffens.",
        "Die Person steht nicht mehr auf der Warteliste.",
    ),
    Audience.OPEN: AudienceRule(
        lambda at: Q(_invited(at), answer=Answer.OPEN),
        "Wer eingeladen ist und dann noch nicht geantwortet hat",
        "Ist eingeladen und hat noch nicht geantwortet.",
        "Sie sind zu diesem Treffen eingeladen und haben noch nicht geantwortet.",
        "Die Person hat schon geantwortet, oder keine Einladung hat sie erreicht.",
    ),
    Audience.NO: AudienceRule(
        lambda _at: Q(answer=Answer.NO),
        "Wer bis dahin abgesagt hat",
        "Hat abgesagt.",
        "Sie waren zu diesem Treffen eingeladen und haben abgesagt.",
        "Die Person hat doch nicht abgesagt.",
    ),
    Audience.INVITED: AudienceRule(
        lambda at: Q(answer=Answer.YES) | Q(_invited(at), answer=Answer.OPEN),
        "Wer eingeladen oder angemeldet ist und nicht abgesagt hat",
        "Ist eingeladen oder angemeldet und hat nicht abgesagt.",
        "Sie sind zu diesem Treffen eingeladen oder angemeldet.",
        "Die Person hat abgesagt, oder keine Einladung hat sie erreicht.",
    ),
}


def rule_of(plan: MailPlan) -> AudienceRule:
    """Return the rule of the plan's audience."""
    return RULES[plan.audience]
