"""Addresses under /organization/, and that of invitations."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from teams import views

app_name = "teams"

entrance_patterns = [
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]

urlpatterns = [
    path("", views.list_, name="list"),
    path("teams/add/", views.add_team, name="add"),
    path("teams/<slug:slug>/", views.team, name="detail"),
    path("teams/<slug:slug>/edit/", views.edit_team, name="edit"),
    path("teams/<slug:slug>/members/add/", views.add_member, name="add_member"),
    path("members/<uuid:uid>/lead/", views.change_lead, name="change_lead"),
    path("members/<uuid:uid>/remove/", views.remove_member, name="remove_member"),
    path("people/add/", views.add_person, name="add_person"),
    path("people/<uuid:uid>/", views.person, name="person"),
    path("people/<uuid:uid>/edit/", views.edit_person, name="edit_person"),
    path("people/<uuid:uid>/link/", views.password_link, name="password_link"),
    path("history/", views.history, name="history"),
]

ROUTES: Routes = {
    "invitation": form(Need.ANYONE),  # the secret in the address is the key
    "teams:list": get(Need.ADMIN),
    "teams:add": form(Need.ADMIN),
    "teams:detail": get(Need.ADMIN),
    "teams:edit": form(Need.ADMIN),
    "teams:add_member": post(Need.ADMIN),
    "teams:change_lead": post(Need.ADMIN),
    "teams:remove_member": post(Need.ADMIN),
    "teams:add_person": form(Need.ADMIN),
    "teams:person": get(Need.ADMIN),
    "teams:edit_person": form(Need.ADMIN),
    "teams:password_link": post(Need.ADMIN),
    "teams:history": get(Need.ADMIN),
}
