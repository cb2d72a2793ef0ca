"""Addresses under /s/<strategy>/channels/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.inventory import views

app_name = "inventory"

urlpatterns = [
    path("", views.list_, name="list"),
    path("add/", views.add, name="add"),
    path("<uuid:uid>/", views.detail, name="detail"),
    path("<uuid:uid>/edit/", views.edit, name="edit"),
    path("<uuid:uid>/delete/", views.delete, name="delete"),
    path("<uuid:uid>/review/", views.review, name="review"),
    path("<uuid:uid>/share/", views.share, name="share"),
]

ROUTES: Routes = {
    "inventory:list": get(Need.READER),
    "inventory:add": form(Need.CONTRIBUTOR),
    "inventory:detail": get(Need.READER),
    "inventory:edit": form(Need.CONTRIBUTOR),
    "inventory:delete": post(Need.CONTRIBUTOR),
    "inventory:review": post(Need.CONTRIBUTOR),
    "inventory:share": form(Need.LEAD),
}
