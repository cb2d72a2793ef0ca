"""Addresses under /s/<strategy>/journeys/."""

from django.urls import path

from portal.lib.routes import Need, Routes, form, get, post
from strategy.journeys import views

app_name = "journeys"

urlpatterns = [
    path("", views.list_, name="list"),
    path("add/", views.add, name="add"),
    # /<journey>/
    path("<uuid:uid>/", views.board, name="board"),
    path("<uuid:uid>/table/", views.table, name="table"),
    path("<uuid:uid>/edit/", views.edit, name="edit"),
    path("<uuid:uid>/delete/", views.delete, name="delete"),
    path("<uuid:uid>/review/", views.review, name="review"),
    path("<uuid:uid>/share/", views.share, name="share"),
    path("<uuid:uid>/cells/<uuid:cell>/", views.cell, name="cell"),
    path("<uuid:uid>/stages/add/", views.add_part, {"kind": "stage"}, name="stage_add"),
    path("<uuid:uid>/stages/move/", views.move_stage, name="stage_move"),
    path(
        "<uuid:uid>/stages/<uuid:part>/rename/",
        views.rename_part,
        {"kind": "stage"},
        name="stage_rename",
    ),
    path(
        "<uuid:uid>/stages/<uuid:part>/delete/",
        views.delete_part,
        {"kind": "stage"},
        name="stage_delete",
    ),
    path("<uuid:uid>/steps/add/", views.add_part, {"kind": "step"}, name="step_add"),
    path("<uuid:uid>/steps/move/", views.move_step, name="step_move"),
    path(
        "<uuid:uid>/steps/<uuid:part>/rename/",
        views.rename_part,
        {"kind": "step"},
        name="step_rename",
    ),
    path(
        "<uuid:uid>/steps/<uuid:part>/delete/",
        views.delete_part,
        {"kind": "step"},
        name="step_delete",
    ),
    path("<uuid:uid>/lanes/add/", views.add_part, {"kind": "lane"}, name="lane_add"),
    path("<uuid:uid>/lanes/move/", views.move_lane, name="lane_move"),
    path(
        "<uuid:uid>/lanes/<uuid:part>/rename/",
        views.rename_part,
        {"kind": "lane"},
        name="lane_rename",
    ),
    path(
        "<uuid:uid>/lanes/<uuid:part>/delete/",
        views.delete_part,
        {"kind": "lane"},
        name="lane_delete",
    ),
]

ROUTES: Routes = {
    "journeys:list": get(Need.READER),
    "journeys:add": form(Need.CONTRIBUTOR),
    "journeys:board": get(Need.READER),
    "journeys:table": get(Need.READER),
    "journeys:edit": form(Need.CONTRIBUTOR),
    "journeys:delete": post(Need.CONTRIBUTOR),
    "journeys:review": post(Need.CONTRIBUTOR),
    "journeys:share": form(Need.LEAD),
    "journeys:cell": form(Need.CONTRIBUTOR),
    "journeys:stage_add": form(Need.CONTRIBUTOR),
    "journeys:stage_move": post(Need.CONTRIBUTOR),
    "journeys:stage_rename": form(Need.CONTRIBUTOR),
    "journeys:stage_delete": form(Need.CONTRIBUTOR),
    "journeys:step_add": form(Need.CONTRIBUTOR),
    "journeys:step_move": post(Need.CONTRIBUTOR),
    "journeys:step_rename": form(Need.CONTRIBUTOR),
    "journeys:step_delete": form(Need.CONTRIBUTOR),
    "journeys:lane_add": form(Need.CONTRIBUTOR),
    "journeys:lane_move": post(Need.CONTRIBUTOR),
    "journeys:lane_rename": form(Need.CONTRIBUTOR),
    "journeys:lane_delete": form(Need.CONTRIBUTOR),
}
