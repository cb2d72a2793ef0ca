"""Addresses of access points and calendars, under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.inventory.points import views

urlpatterns = [
    path("points/", views.points, name="points"),
    path("points/add/", views.add, name="point_add"),
    path("points/week/", views.week, name="point_week"),
    path("points/<uuid:uid>/", views.point, name="point"),
    path("points/<uuid:uid>/edit/", views.edit, name="point_edit"),
    path("points/<uuid:uid>/delete/", views.delete, name="point_delete"),
    path("points/<uuid:uid>/review/", views.review, name="point_review"),
    path("<uuid:uid>/points/", views.of_channel, name="points_of"),
    path("calendars/", views.calendars, name="calendars"),
    path("calendars/add/", views.add_calendar, name="calendar_add"),
    path("calendars/federal/", views.add_federal_calendar, name="calendar_federal"),
    path("calendars/<uuid:uid>/", views.edit_calendar, name="calendar_edit"),
    path("calendars/<uuid:uid>/delete/", views.delete_calendar, name="calendar_delete"),
]

ROUTES: Routes = {
    "inventory:points": get(Need.READER),
    "inventory:point_add": form(Need.CONTRIBUTOR),
    "inventory:point_week": post(Need.READER),
    "inventory:point": get(Need.READER),
    "inventory:point_edit": form(Need.CONTRIBUTOR),
    "inventory:point_delete": post(Need.CONTRIBUTOR),
    "inventory:point_review": post(Need.CONTRIBUTOR),
    "inventory:points_of": get(Need.READER),
    "inventory:calendars": get(Need.READER),
    "inventory:calendar_add": form(Need.EDITOR),
    "inventory:calendar_federal": post(Need.EDITOR),
    "inventory:calendar_edit": form(Need.EDITOR),
    "inventory:calendar_delete": post(Need.EDITOR),
}
