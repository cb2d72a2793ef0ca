"""The portal's addresses plus the admin's list of channels."""

from django.contrib import admin
from django.urls import include, path

from portal import routes
from portal.lib.routes import Need, get
from strategy.inventory.models import Channel


class ChannelAdmin(admin.ModelAdmin):
    """The same columns, filters and page size as our list."""

    list_display = (
        "name", "family", "mode", "owner_team", "life_cycle", "agent_route", "agent_taps", "reviewed_on",
    )  # fmt: skip
    list_select_related = ("owner_team",)
    list_filter = ("family", "owner_team", "mode", "life_cycle")
    search_fields = ("name", "purpose", "vendor")
    ordering = ("name",)
    list_per_page = 50


if not admin.site.is_registered(Channel):
    admin.site.register(Channel, ChannelAdmin)
routes.ROUTES["admin:strategy_channel_changelist"] = get(Need.ADMIN)

urlpatterns = [path("admin/", admin.site.urls), path("", include("portal.urls"))]
