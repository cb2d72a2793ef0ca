"""Addresses of the plan: /strategies/ for administrators, the rest under /s/<strategy>/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.plan import views

organization_patterns = [
    path("start/", views.start, name="start"),
]

urlpatterns = [
    path("settings/", views.settings, name="settings"),
    path("roles/", views.roles, name="roles"),
    path("roles/<uuid:uid>/change/", views.change_role, name="change_role"),
    path("roles/<uuid:uid>/remove/", views.remove_role, name="remove_role"),
    path("components/<str:code>/", views.component, name="component"),
    path("components/<str:code>/edit/", views.edit_component, name="edit_component"),
    path("components/<str:code>/review/", views.review_component, name="review_component"),
]

ROUTES: Routes = {
    "start": form(Need.ADMIN),
    "settings": form(Need.LEAD),
    "roles": {"GET": Need.READER, "POST": Need.LEAD},
    "change_role": post(Need.LEAD),
    "remove_role": post(Need.LEAD),
    "component": get(Need.READER),
    "edit_component": form(Need.CONTRIBUTOR),
    "review_component": post(Need.CONTRIBUTOR),
}
