"""Addresses under /s/<strategy>/checklists/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.checklists import views

app_name = "checklists"

urlpatterns = [
    path("", views.list_, name="list"),
    path("start/", views.start, name="start"),
    path("<uuid:uid>/", views.detail, name="detail"),
    path("<uuid:uid>/edit/", views.edit, name="edit"),
    path("<uuid:uid>/teams/<slug:team_slug>/", views.answer, name="answer"),
    path(
        "<uuid:uid>/teams/<slug:team_slug>/<str:item_code>/", views.answer_item, name="answer_item"
    ),
    path("<uuid:uid>/teams/<slug:team_slug>/<str:item_code>/gap/", views.log_gap, name="log_gap"),
]

ROUTES: Routes = {
    "checklists:list": get(Need.READER),
    "checklists:start": form(Need.EDITOR),
    "checklists:detail": get(Need.READER),
    "checklists:edit": form(Need.EDITOR),
    "checklists:answer": get(Need.READER),
    "checklists:answer_item": post(Need.CONTRIBUTOR),
    "checklists:log_gap": form(Need.CONTRIBUTOR),
}
