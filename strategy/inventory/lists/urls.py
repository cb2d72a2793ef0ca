"""Addresses of the list's tools, under /s/<strategy>/channels/lists/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.inventory.lists import many_views, views

app_name = "lists"

urlpatterns = [
    path("condition/", views.condition, name="condition"),
    path("columns/", views.columns, name="columns"),
    path("edit/", many_views.edit_many, name="edit_many"),
    path("grid/", many_views.grid, name="grid"),
    path("views/", views.views, name="views"),
    path("views/add/", views.add_view, name="view_add"),
    path("views/<uuid:uid>/", views.edit_view, name="view_edit"),
    path("views/<uuid:uid>/delete/", views.delete_view, name="view_delete"),
    path("views/<uuid:uid>/mark/", views.mark_view, name="view_mark"),
]

ROUTES: Routes = {
    "lists:condition": get(Need.READER),
    "lists:columns": get(Need.READER),
    "lists:edit_many": form(Need.CONTRIBUTOR),
    "lists:grid": form(Need.CONTRIBUTOR),
    "lists:views": get(Need.READER),
    "lists:view_add": form(Need.READER),
    "lists:view_edit": form(Need.EDITOR),  # or who owns the view
    "lists:view_delete": post(Need.EDITOR),
    "lists:view_mark": post(Need.READER),
}
