"""Addresses organisers use. Slugs of events end with a year, so that none is ever one of the words below."""

from django.urls import path

from events.views import manage_changes as changes
from events.views import manage_copies as copies
from events.views import manage_deliveries as deliveries
from events.views import manage_events as events
from events.views import manage_figures as figures
from events.views import manage_guest_bulk as guest_bulk
from events.views import manage_guest_lists as guest_lists
from events.views import manage_guests as guests
from events.views import manage_invite as inviting
from events.views import manage_lists as lists
from events.views import manage_log as log
from events.views import manage_mails as mails
from events.views import manage_place_acts as place_acts
from events.views import manage_places as places
from events.views import manage_plans as plans
from events.views import manage_programme as programme
from events.views import manage_rounds as rounds
from events.views import manage_series as series
from events.views import manage_wishes as wishes

BASE = "arbeitsplatz/veranstaltungen/"
EVENT = f"{BASE}<slug:event>/"
ITEMS = f"{EVENT}programm/"
GUESTS = f"{EVENT}gaeste/"
PLACES = f"{EVENT}plaetze/"
LISTS = f"{GUESTS}liste/"
ONE_LIST = f"{LISTS}<int:pk>/"
MAILS = f"{EVENT}mails/"
PLANS = f"{MAILS}<int:pk>/"

manage = [
    path(BASE, events.EventList.as_view(), name="manage-event-list"),
    path(f"{BASE}vergangen/", events.PastEventList.as_view(), name="manage-event-past"),
    path(f"{BASE}neu/", events.EventCreate.as_view(), name="manage-event-create"),
    path(f"{BASE}reihen/", series.SeriesList.as_view(), name="series-list"),
    path(f"{BASE}reihen/neu/", series.SeriesCreate.as_view(), name="series-create"),
    path(f"{BASE}reihen/<slug:slug>/", series.SeriesUpdate.as_view(), name="series-update"),
    path(f"{BASE}<slug:slug>/", events.EventOverview.as_view(), name="manage-event-detail"),
    path(f"{BASE}<slug:slug>/bearbeiten/", changes.EventUpdate.as_view(), name="event-update"),
    path(f"{BASE}<slug:slug>/sichtbarkeit/", events.EventPublish.as_view(), name="event-publish"),
    path(f"{EVENT}kopieren/", copies.EventCopy.as_view(), name="event-copy"),
    path(f"{BASE}<slug:slug>/pruefliste/", copies.EventChecklist.as_view(), name="event-checklist"),
    path(f"{EVENT}absagen/", changes.EventCancel.as_view(), name="event-cancel"),
    path(f"{EVENT}protokoll/", log.EventLog.as_view(), name="event-log"),
    path(f"{EVENT}protokoll/export/", log.EventLogExport.as_view(), name="event-log-export"),
    path(ITEMS, programme.ItemList.as_view(), name="item-list"),
    path(f"{ITEMS}neu/", programme.ItemCreate.as_view(), name="item-create"),
    path(f"{ITEMS}<int:pk>/", programme.ItemUpdate.as_view(), name="item-update"),
    path(f"{ITEMS}<int:pk>/loeschen/", programme.ItemDelete.as_view(), name="item-delete"),
    path(f"{ITEMS}<int:pk>/verschieben/", programme.ItemMove.as_view(), name="item-move"),
    path(f"{ITEMS}<int:item>/verteilen/", programme.ItemSlots.as_view(), name="item-slots"),
    path(GUESTS, guests.RegistrationList.as_view(), name="registration-list"),
    path(f"{GUESTS}export/<str:format>/", guest_lists.RegistrationExport.as_view(), name="registration-export"),
    path(f"{GUESTS}druck/", guest_lists.RegistrationPrint.as_view(), name="registration-print"),
    path(f"{GUESTS}druck/programmpunkte/", guest_lists.ItemSheets.as_view(), name="item-sheets"),
    path(f"{GUESTS}druck/unterschriften/", guest_lists.SignInSheet.as_view(), name="sign-in-sheet"),
    path(f"{GUESTS}spalten/<str:list>/", guest_lists.GuestColumns.as_view(), name="guest-columns"),
    path(f"{GUESTS}auswertung/", figures.AnswerFigures.as_view(), name="answer-figures"),
    path(f"{GUESTS}sammeln/", guest_bulk.GuestBulk.as_view(), name="guest-bulk"),
    path(f"{GUESTS}neu/", guests.RegistrationCreate.as_view(), name="guest-create"),
    path(f"{EVENT}aenderungswuensche/", wishes.ChangeRequestList.as_view(), name="change-request-list"),
    path(f"{EVENT}aenderungswuensche/<int:pk>/", wishes.ChangeRequestDecide.as_view(), name="change-request-decide"),
    path(f"{GUESTS}<int:pk>/", guests.RegistrationDetail.as_view(), name="registration-detail"),
    path(f"{GUESTS}<int:pk>/bearbeiten/", guests.RegistrationUpdate.as_view(), name="registration-update"),
    path(f"{GUESTS}<int:pk>/plaetze/", place_acts.RegistrationPlaces.as_view(), name="registration-places"),
    path(f"{GUESTS}<int:pk>/intern/", guests.RegistrationNotes.as_view(), name="registration-notes"),
    path(f"{GUESTS}<int:pk>/entfernen/", guests.RegistrationDrop.as_view(), name="registration-drop"),
    path(PLACES, places.PlaceList.as_view(), name="place-list"),
    path(f"{PLACES}<int:pk>/", places.PlaceQueue.as_view(), name="place-queue"),
    path(LISTS, lists.GuestListList.as_view(), name="guestlist-list"),
    path(f"{LISTS}neu/", lists.GuestListCreate.as_view(), name="guestlist-create"),
    path(ONE_LIST, lists.GuestListDetail.as_view(), name="guestlist-detail"),
    path(f"{ONE_LIST}spalten/", lists.GuestListColumns.as_view(), name="guestlist-columns"),
    path(f"{ONE_LIST}pruefen/", lists.GuestListReview.as_view(), name="guestlist-review"),
    path(f"{ONE_LIST}nicht-uebernommen/", lists.GuestListRefused.as_view(), name="guestlist-refused"),
    path(f"{ONE_LIST}zuruecknehmen/", lists.GuestListUndo.as_view(), name="guestlist-undo"),
    path(f"{ONE_LIST}verwerfen/", lists.GuestListDiscard.as_view(), name="guestlist-discard"),
    path(f"{EVENT}einladen/", inviting.Invite.as_view(), name="invite"),
    path(f"{EVENT}einladen/runden/<int:pk>/", rounds.RoundUpdate.as_view(), name="round-update"),
    path(f"{EVENT}einladen/runden/<int:pk>/senden/", rounds.RoundSend.as_view(), name="round-send"),
    path(
        f"{EVENT}einladen/runden/<int:pk>/ohne/<int:person>/",
        rounds.RoundPersonSkip.as_view(),
        name="round-person-skip",
    ),
    path(f"{EVENT}einladen/runden/<int:pk>/zurueckziehen/", rounds.RoundWithdraw.as_view(), name="round-withdraw"),
    path(f"{EVENT}einladen/vorschau/", inviting.InvitePreviewHtml.as_view(), name="invite-preview"),
    path(f"{GUESTS}<int:pk>/sperre/", deliveries.SuppressionLift.as_view(), name="suppression-lift"),
    path(MAILS, mails.MailList.as_view(), name="mail-list"),
    path(f"{MAILS}neu/", plans.PlanCreate.as_view(), name="plan-create"),
    path(f"{MAILS}versand/", mails.SendingDetail.as_view(), name="sending-detail"),
    path(f"{MAILS}versand/<str:run>/anhalten/", deliveries.SendingPause.as_view(), name="sending-pause"),
    path(f"{MAILS}versand/<str:run>/fortsetzen/", deliveries.SendingResume.as_view(), name="sending-resume"),
    path(f"{MAILS}post/<uuid:mail>/", mails.MailDetail.as_view(), name="mail-detail"),
    path(f"{MAILS}post/<uuid:mail>/html/", mails.MailDetailHtml.as_view(), name="mail-detail-html"),
    path(f"{MAILS}post/<uuid:mail>/zurueck/", deliveries.MailReturned.as_view(), name="mail-returned"),
    path(f"{MAILS}post/<uuid:mail>/noch-einmal/", deliveries.MailAgain.as_view(), name="mail-again"),
    path(f"{PLANS}vorschau/", plans.PlanPreview.as_view(), name="mail-preview"),
    path(f"{PLANS}vorschau/html/", plans.PlanPreviewHtml.as_view(), name="mail-preview-html"),
    path(f"{PLANS}empfaenger/", plans.PlanRecipients.as_view(), name="plan-recipients"),
    path(f"{PLANS}anhalten/", plans.PlanHold.as_view(), name="plan-hold"),
    path(f"{PLANS}freigeben/", plans.PlanRelease.as_view(), name="plan-release"),
    path(f"{PLANS}auslassen/", plans.PlanSkip.as_view(), name="plan-skip"),
    path(f"{PLANS}senden/", plans.PlanSend.as_view(), name="plan-send"),
    path(f"{PLANS}aendern/", plans.PlanUpdate.as_view(), name="plan-update"),
    path(f"{PLANS}loeschen/", plans.PlanDelete.as_view(), name="plan-delete"),
    path(f"{PLANS}ohne/<int:person>/", plans.PersonSkip.as_view(), name="plan-person-skip"),
    path(f"{PLANS}mit/<int:person>/", plans.PersonUnskip.as_view(), name="plan-person-unskip"),
]
