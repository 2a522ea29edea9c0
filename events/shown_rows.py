"""The rows public pages of events show, in SQL for core.kept; each constant is named after its page."""

# ruff: noqa: S608 - put together from what stands here; the address is a parameter.

_ALLIANCES = "verbuende_verbund"
_EVENT = "SELECT id FROM events_event WHERE slug = %(slug)s"
_ITEMS = f"SELECT id FROM events_programmeitem WHERE event_id = ({_EVENT})"
_GUESTS = f"SELECT organisation_id FROM events_itemperson WHERE item_id IN ({_ITEMS})"
_POOLS = f"SELECT id FROM events_placepool WHERE event_id = ({_EVENT})"
# In lists places count only while one can still come.
_COMING = "SELECT id FROM events_event WHERE starts_on >= current_date - 1"
_COMING_POOLS = f"SELECT id FROM events_placepool WHERE kind <> 'item' AND event_id IN ({_COMING})"

EVENT_LIST = (
    "events_event",
    _ALLIANCES,
    f"events_placepool WHERE id IN ({_COMING_POOLS})",
    f"events_placetally WHERE pool_id IN ({_COMING_POOLS})",
)

EVENT_DETAIL = (
    "events_event WHERE slug = %(slug)s",
    "events_eventseries",
    _ALLIANCES,
    f"events_programmeitem WHERE event_id = ({_EVENT})",
    f"events_itemperson WHERE item_id IN ({_ITEMS})",
    f"events_itemslot WHERE item_id IN ({_ITEMS})",
    f"events_itemtable WHERE item_id IN ({_ITEMS})",
    f"verbuende_organisation WHERE id IN ({_GUESTS})",
    f"events_event_verbuende WHERE event_id = ({_EVENT})",
    f"events_eventchange WHERE event_id = ({_EVENT})",
    f"events_placepool WHERE event_id = ({_EVENT})",
    f"events_placetally WHERE pool_id IN ({_POOLS})",
)

_FORM_EVENT = "SELECT id FROM events_event WHERE slug = %(event)s"
_FORM_ITEMS = f"SELECT id FROM events_programmeitem WHERE event_id = ({_FORM_EVENT})"
_FORM_POOLS = f"SELECT id FROM events_placepool WHERE event_id = ({_FORM_EVENT})"

REGISTRATION_RECEIVED = ("events_event WHERE slug = %(event)s", _ALLIANCES)

# What one may choose in the form, without how many places are left: each registration changes that.
REGISTRATION_CHOICES = (
    *REGISTRATION_RECEIVED,
    f"events_programmeitem WHERE event_id = ({_FORM_EVENT})",
    f"events_itemtable WHERE item_id IN ({_FORM_ITEMS})",
    f"events_placepool WHERE event_id = ({_FORM_EVENT})",
    "privacy_consenttext",
)
REGISTRATION_FORM = (*REGISTRATION_CHOICES, f"events_placetally WHERE pool_id IN ({_FORM_POOLS})")
