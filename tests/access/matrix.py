"""Who gets what at every address: route × role → status. A route that is missing here fails tests/architecture.

Each case names the arguments of the route (attributes of tests.access.world.World) and six statuses, in the order of
ROLES: visitor · lead of A · staff of A · reader of A · lead of B · centre staff. What is asked for belongs to A.
"""

from dataclasses import dataclass, field
from typing import Any

from tests.access.world import ROLES, World


@dataclass(frozen=True)
class Case:
    """One request and the status each role gets."""

    statuses: str
    arguments: dict[str, str] = field(default_factory=dict)
    method: str = "GET"
    query: str = ""

    def status(self, role: str) -> int:
        """What this role gets."""
        return int(self.statuses.split()[ROLES.index(role)])

    def path_arguments(self, world: World) -> dict[str, Any]:
        """The route's arguments, read from the world; a leading "=" is taken literally."""
        return {name: _value(world, source) for name, source in self.arguments.items()}


def _value(world: World, source: str) -> Any:
    if source.startswith("="):
        return source[1:]
    value: Any = world
    for part in source.split("."):
        value = getattr(value, part)
    return value


EVERYBODY = "200 200 200 200 200 200"
SIGNED_IN = "302 200 200 200 200 200"
WELCOMED = "302 302 302 302 302 302"
NOBODY = "404 404 404 404 404 404"
NOT_EVEN_EDITORS = "302 404 404 404 404 404"

CENTRE_ONLY = "302 404 404 404 404 200"

PORTAL: dict[str, tuple[Case, ...]] = {
    "portal:start": (Case(EVERYBODY),),
    "portal:about": (Case(EVERYBODY),),
    "portal:imprint": (Case(EVERYBODY),),
    "portal:privacy": (Case(EVERYBODY),),
    "portal:accessibility": (Case(EVERYBODY),),
    "portal:style-sheet": (Case(EVERYBODY),),
    "portal:verbund-search": (Case(EVERYBODY),),
    "portal:feedback": (Case(EVERYBODY), Case(EVERYBODY, method="POST")),
    "portal:feedback-thanks": (Case(EVERYBODY),),
    "portal:outbox": (Case(CENTRE_ONLY),),
    "portal:outbox-mail": (Case(CENTRE_ONLY, {"pk": "mail.pk"}),),
    "portal:outbox-retry": (Case("302 404 404 404 404 302", {"pk": "mail.pk"}, method="POST"),),
    "portal:outbox-give-up": (Case(CENTRE_ONLY, {"mail": "mail.pk"}),),
    "portal:desk": (Case(SIGNED_IN),),
    "portal:healthz": (Case(EVERYBODY),),
    "portal:readyz": (Case(EVERYBODY),),
    "portal:robots": (Case(EVERYBODY),),
    "portal:security-contact": (Case(EVERYBODY),),
}

VISITORS_ONLY = "200 302 302 302 302 302"
CHECKED_AGAIN = "302 302 302 302 302 302"
KEY = {"key": "=keine-gueltige-adresse"}

ACCOUNTS: dict[str, tuple[Case, ...]] = {
    "account_overview": (Case(SIGNED_IN),),
    "account_login": (Case(VISITORS_ONLY), Case(VISITORS_ONLY, method="POST")),
    "account_request_login_code": (Case(VISITORS_ONLY),),
    "account_confirm_login_code": (Case(CHECKED_AGAIN),),
    "account_logout": (Case("302 200 200 200 200 200"),),
    "account_signed_out": (Case(EVERYBODY),),
    "account_inactive": (Case(EVERYBODY),),
    "account_signup": (Case(VISITORS_ONLY), Case(VISITORS_ONLY, method="POST")),
    "account_reauthenticate": (Case(SIGNED_IN),),
    "account_email": (Case(SIGNED_IN),),
    "account_email_verification_sent": (Case(EVERYBODY),),
    "account_confirm_email": (Case(EVERYBODY, KEY),),
    "account_change_password": (Case(SIGNED_IN),),
    "account_set_password": (Case(CHECKED_AGAIN),),
    "account_reset_password": (Case(EVERYBODY),),
    "account_reset_password_done": (Case(EVERYBODY),),
    "account_reset_password_from_key": (Case(EVERYBODY, {"uidb36": "=1", "key": "=ungueltig"}),),
    "account_reset_password_from_key_done": (Case(EVERYBODY),),
}

CONTACT = {"pk": "contact.pk"}
CENTRE_CONTACT = {"pk": "centre_contact.pk"}
OWN_BOOK_EDITORS = "302 200 200 404 404 404"
OWN_BOOK_POSTERS = "302 302 302 404 404 404"

VERBUENDE: dict[str, tuple[Case, ...]] = {
    "verbuende:verbund-list": (Case(EVERYBODY),),
    "verbuende:verbund-detail": (Case(EVERYBODY, {"slug": "verbund.slug"}),),
    "verbuende:verbund-team": (Case("302 200 200 200 404 200", {"verbund": "verbund.slug"}),),
    "verbuende:contact-list": (Case(SIGNED_IN),),
    "verbuende:contact-export": (
        Case(SIGNED_IN, {"format": "=csv"}),
        Case("302 404 404 404 404 404", {"format": "=pdf"}),
    ),
    "verbuende:contact-create": (Case("302 200 200 404 200 200"),),
    "verbuende:contact-update": (
        Case(OWN_BOOK_EDITORS, CONTACT),
        Case("302 404 404 404 404 200", CENTRE_CONTACT),
        Case(OWN_BOOK_EDITORS, {"pk": "published_contact.pk"}),
        Case(OWN_BOOK_EDITORS, CONTACT, method="POST"),
    ),
    "verbuende:contact-deactivate": (Case(OWN_BOOK_POSTERS, CONTACT, method="POST"),),
    "verbuende:contact-reactivate": (Case(OWN_BOOK_POSTERS, CONTACT, method="POST"),),
}

MAILING: dict[str, tuple[Case, ...]] = {
    "mailing:unsubscribe": (Case(EVERYBODY, {"token": "unsubscribe_token"}), Case(NOBODY, {"token": "=erfunden"})),
}

PUBLIC_EVENT = {"slug": "event.slug"}
DRAFT = {"slug": "draft.slug"}
# A draft exists for its own side only; the centre sees drafts of its own, not those of alliances.
OWN_SIDE = "404 200 200 200 404 404"
LINK = {"token": "registration.token"}
# Nothing is offered to the person in the matrix: the page leads on to how things stand.
OWN_PLACE = (
    Case(WELCOMED, {**LINK, "pool": "pool.pk"}),
    Case(NOBODY, {"token": "=AAAAAAAA.erfunden", "pool": "pool.pk"}),
)

EVENTS: dict[str, tuple[Case, ...]] = {
    "events:event-list": (Case(EVERYBODY),),
    "events:feed-help": (Case(EVERYBODY),),
    "events:subscription-create": (Case(EVERYBODY), Case(EVERYBODY, method="POST")),
    "events:subscription-received": (Case(EVERYBODY),),
    "events:subscription-ended": (Case(EVERYBODY),),
    "events:subscription-update": (
        Case(EVERYBODY, {"token": "subscription.token"}),
        Case(NOBODY, {"token": "subscription.proof_token"}),
    ),
    "events:subscription-confirm": (
        Case(EVERYBODY, {"token": "subscription.proof_token"}),
        Case(NOBODY, {"token": "subscription.token"}),
    ),
    "events:subscription-end": (
        Case(EVERYBODY, {"token": "subscription.token"}),
        Case(NOBODY, {"token": "=AAAAAAAA.erfunden"}),
    ),
    "events:own-link-create": (Case(EVERYBODY), Case(EVERYBODY, method="POST")),
    "events:own-link-received": (Case(EVERYBODY),),
    "events:network-calendar": (Case(EVERYBODY),),
    "events:network-atom": (Case(EVERYBODY),),
    "events:land-calendar": (Case(EVERYBODY, {"land": "=nw"}), Case(NOBODY, {"land": "=xx"})),
    "events:land-atom": (Case(EVERYBODY, {"land": "=nw"}), Case(NOBODY, {"land": "=xx"})),
    "events:verbund-calendar": (Case(EVERYBODY, {"verbund": "verbund.slug"}),),
    "events:verbund-atom": (Case(EVERYBODY, {"verbund": "verbund.slug"}),),
    "events:series-detail": (Case(EVERYBODY, {"slug": "series.slug"}),),
    "events:event-detail": (Case(EVERYBODY, PUBLIC_EVENT), Case(OWN_SIDE, DRAFT)),
    "events:event-print": (Case(EVERYBODY, PUBLIC_EVENT), Case(OWN_SIDE, DRAFT)),
    "events:event-calendar": (Case(EVERYBODY, PUBLIC_EVENT), Case(OWN_SIDE, DRAFT)),
    "events:registration-create": (Case(EVERYBODY, {"event": "event.slug"}), Case(OWN_SIDE, {"event": "draft.slug"})),
    "events:registration-received": (Case(EVERYBODY, {"event": "event.slug"}), Case(OWN_SIDE, {"event": "draft.slug"})),
    "events:registration-discarded": (
        Case(EVERYBODY, {"event": "event.slug"}),
        Case(OWN_SIDE, {"event": "draft.slug"}),
    ),
    # Whoever has the link may; who is signed in makes no difference.
    "events:answer": (Case(EVERYBODY, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:answer-change": (Case(EVERYBODY, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:answer-cancel": (Case(EVERYBODY, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:answer-accept": OWN_PLACE,
    "events:answer-decline": OWN_PLACE,
    "events:answer-keep": OWN_PLACE,
    "events:answer-leave": OWN_PLACE,
    "events:answer-still-coming": (
        Case(WELCOMED, LINK),
        Case(WELCOMED, LINK, method="POST"),
        Case(NOBODY, {"token": "=AAAAAAAA.erfunden"}),
    ),
    "events:answer-calendar": (Case(EVERYBODY, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    # Registration is open already: the event's own page says so.
    "events:interest-create": (Case(CHECKED_AGAIN, {"event": "event.slug"}),),
    "events:interest-received": (Case(EVERYBODY, {"event": "event.slug"}), Case(OWN_SIDE, {"event": "draft.slug"})),
    "events:interest-ended": (Case(EVERYBODY, {"event": "event.slug"}), Case(OWN_SIDE, {"event": "draft.slug"})),
    "events:interest": (Case(EVERYBODY, {"token": "interest.token"}), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:interest-end": (
        Case(CHECKED_AGAIN, {"token": "interest.token"}),
        Case(NOBODY, {"token": "=AAAAAAAA.erfunden"}),
    ),
    "events:change-withdraw": (Case(CHECKED_AGAIN, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:deputy-create": (Case(EVERYBODY, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:deputy-take-back": (Case(CHECKED_AGAIN, LINK), Case(NOBODY, {"token": "=AAAAAAAA.erfunden"})),
    "events:address-proof": (
        Case(EVERYBODY, {"token": "unproven.proof_token"}),
        Case(NOBODY, {"token": "unproven.token"}),
    ),
    "events:registration-discard": (
        Case(CHECKED_AGAIN, {"token": "unproven.proof_token"}),
        Case(NOBODY, {"token": "unproven.token"}),
    ),
}

# What belongs to a meeting of Verbund A: its team reads, lead and staff change, for everybody else it does not exist.
TEAM = "302 200 200 200 404 404"
EDITORS = "302 200 200 404 404 404"
POSTS = "302 302 302 404 404 404"
OF_DRAFT = {"event": "draft.slug"}
ITEM = OF_DRAFT | {"pk": "item.pk"}
GUEST = OF_DRAFT | {"pk": "registration.pk"}
POOL = OF_DRAFT | {"pk": "pool.pk"}
PLAN = OF_DRAFT | {"pk": "plan.pk"}
ROUND = OF_DRAFT | {"pk": "sending.pk"}
LIST = OF_DRAFT | {"pk": "guest_list.pk"}
STRAY_LIST = {"event": "event.slug", "pk": "guest_list.pk"}
MAIL = OF_DRAFT | {"mail": "mail.pk"}
# The row exists, but not below this meeting.
STRAY = {"event": "event.slug", "pk": "registration.pk"}

MANAGE: dict[str, tuple[Case, ...]] = {
    "events:manage-event-list": (Case(SIGNED_IN),),
    "events:manage-event-past": (Case(SIGNED_IN),),
    "events:manage-event-create": (Case("302 200 200 404 200 200"),),
    "events:series-list": (Case(SIGNED_IN),),
    "events:series-create": (Case("302 200 200 404 200 200"),),
    "events:series-update": (Case(EDITORS, {"slug": "series.slug"}),),
    "events:manage-event-detail": (Case(TEAM, DRAFT), Case(TEAM, PUBLIC_EVENT)),
    "events:event-update": (Case(EDITORS, DRAFT), Case(EDITORS, DRAFT, method="POST")),
    "events:event-publish": (Case(POSTS, DRAFT, method="POST"),),
    "events:event-cancel": (Case(EDITORS, OF_DRAFT), Case(EDITORS, OF_DRAFT, method="POST")),
    "events:event-copy": (Case(EDITORS, OF_DRAFT), Case(EDITORS, OF_DRAFT, method="POST")),
    # For copies only: of any other event there is none.
    "events:event-checklist": (Case(TEAM, {"slug": "copy.slug"}), Case(NOT_EVEN_EDITORS, DRAFT)),
    "events:event-log": (Case(TEAM, OF_DRAFT),),
    "events:event-log-export": (Case(TEAM, OF_DRAFT),),
    "events:item-list": (Case(TEAM, OF_DRAFT),),
    "events:item-create": (Case(EDITORS, OF_DRAFT),),
    "events:item-update": (Case(EDITORS, ITEM), Case(NOT_EVEN_EDITORS, {"event": "event.slug", "pk": "item.pk"})),
    "events:item-delete": (Case(EDITORS, ITEM), Case(POSTS, ITEM, method="POST")),
    "events:item-move": (Case(POSTS, ITEM, method="POST"),),
    "events:item-slots": (Case(EDITORS, OF_DRAFT | {"item": "item.pk"}),),
    "events:registration-list": (Case(TEAM, OF_DRAFT),),
    "events:registration-export": (
        Case(TEAM, OF_DRAFT | {"format": "=csv"}),
        Case(TEAM, OF_DRAFT | {"format": "=xlsx"}),
    ),
    "events:registration-print": (Case(TEAM, OF_DRAFT),),
    "events:answer-figures": (Case(TEAM, OF_DRAFT),),
    "events:item-sheets": (Case(TEAM, OF_DRAFT),),
    "events:sign-in-sheet": (Case(TEAM, OF_DRAFT),),
    "events:guest-columns": (
        Case(TEAM, OF_DRAFT | {"list": "=druck"}),
        Case(NOT_EVEN_EDITORS, OF_DRAFT | {"list": "=unbekannt"}),
    ),
    # Without an act in the address there is no such page.
    "events:guest-bulk": (Case(NOT_EVEN_EDITORS, OF_DRAFT),),
    "events:guest-create": (Case(EDITORS, OF_DRAFT),),
    "events:registration-detail": (Case(TEAM, GUEST), Case(NOT_EVEN_EDITORS, STRAY)),
    "events:registration-update": (Case(EDITORS, GUEST), Case(NOT_EVEN_EDITORS, STRAY)),
    "events:registration-places": (Case(EDITORS, GUEST), Case(NOT_EVEN_EDITORS, STRAY)),
    "events:registration-notes": (Case(EDITORS, GUEST), Case(NOT_EVEN_EDITORS, STRAY)),
    "events:registration-drop": (
        Case(EDITORS, GUEST),
        Case(POSTS, GUEST, method="POST"),
        Case(NOT_EVEN_EDITORS, STRAY),
    ),
    "events:change-request-list": (Case(TEAM, OF_DRAFT),),
    "events:change-request-decide": (
        Case(EDITORS, OF_DRAFT | {"pk": "wish.pk"}),
        Case(NOT_EVEN_EDITORS, {"event": "event.slug", "pk": "wish.pk"}),
    ),
    "events:place-list": (Case(TEAM, OF_DRAFT),),
    "events:place-queue": (Case(TEAM, POOL), Case(NOT_EVEN_EDITORS, {"event": "event.slug", "pk": "pool.pk"})),
    "events:guestlist-list": (Case(TEAM, OF_DRAFT),),
    "events:guestlist-create": (Case(EDITORS, OF_DRAFT), Case(EDITORS, OF_DRAFT, method="POST")),
    # A taken-over list is seen by the team and worked with by editors; its earlier steps lead to the result.
    "events:guestlist-detail": (Case(TEAM, LIST), Case(NOT_EVEN_EDITORS, STRAY_LIST)),
    "events:guestlist-columns": (Case(POSTS, LIST), Case(POSTS, LIST, method="POST")),
    "events:guestlist-review": (Case(POSTS, LIST), Case(POSTS, LIST, method="POST")),
    "events:guestlist-refused": (Case(POSTS, LIST), Case(NOT_EVEN_EDITORS, STRAY_LIST)),
    "events:guestlist-undo": (Case(EDITORS, LIST), Case(POSTS, LIST, method="POST")),
    "events:guestlist-discard": (Case(POSTS, LIST), Case(POSTS, LIST, method="POST")),
    "events:invite": (Case(EDITORS, OF_DRAFT),),
    # Without anybody chosen there is nothing to preview: back to the choice.
    "events:invite-preview": (Case(POSTS, OF_DRAFT),),
    "events:round-update": (Case(EDITORS, ROUND), Case(EDITORS, ROUND, method="POST")),
    "events:round-send": (Case(EDITORS, ROUND), Case(POSTS, ROUND, method="POST")),
    "events:round-person-skip": (Case(POSTS, ROUND | {"person": "registration.pk"}, method="POST"),),
    "events:round-withdraw": (Case(EDITORS, ROUND), Case(POSTS, ROUND, method="POST")),
    "events:mail-list": (Case(TEAM, OF_DRAFT),),
    "events:mail-preview": (Case(TEAM, PLAN),),
    "events:mail-preview-html": (Case(TEAM, PLAN),),
    "events:plan-create": (Case(EDITORS, OF_DRAFT), Case(EDITORS, OF_DRAFT, method="POST")),
    "events:plan-update": (Case(EDITORS, PLAN), Case(EDITORS, PLAN, method="POST")),
    "events:plan-delete": (Case(EDITORS, PLAN), Case(POSTS, PLAN, method="POST")),
    "events:plan-send": (Case(EDITORS, PLAN), Case(POSTS, PLAN, method="POST")),
    "events:plan-recipients": (Case(TEAM, PLAN),),
    "events:plan-person-skip": (Case(POSTS, PLAN | {"person": "registration.pk"}, method="POST"),),
    "events:plan-person-unskip": (Case(POSTS, PLAN | {"person": "registration.pk"}, method="POST"),),
    "events:sending-detail": (
        Case(NOT_EVEN_EDITORS, OF_DRAFT),
        Case(TEAM, OF_DRAFT, query="?art=events.link_again"),
    ),
    "events:sending-pause": (Case(POSTS, OF_DRAFT | {"run": "=round:1"}, method="POST"),),
    "events:sending-resume": (Case(POSTS, OF_DRAFT | {"run": "=round:1"}, method="POST"),),
    "events:mail-detail": (Case(TEAM, MAIL), Case(NOT_EVEN_EDITORS, MAIL | {"event": "event.slug"})),
    "events:mail-detail-html": (Case(TEAM, MAIL),),
    "events:mail-again": (Case(POSTS, MAIL, method="POST"),),
    "events:mail-returned": (Case(POSTS, MAIL, method="POST"),),
    "events:suppression-lift": (Case(EDITORS, GUEST), Case(NOT_EVEN_EDITORS, STRAY)),
    "events:plan-hold": (Case(POSTS, PLAN, method="POST"),),
    "events:plan-release": (Case(POSTS, PLAN, method="POST"),),
    "events:plan-skip": (Case(POSTS, PLAN, method="POST"),),
}

MATRIX: dict[str, tuple[Case, ...]] = {**PORTAL, **ACCOUNTS, **VERBUENDE, **MAILING, **EVENTS, **MANAGE}
