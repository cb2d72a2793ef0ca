"""Addresses under /s/<strategy>/gaps/."""

from portal.lib.routes import Routes

app_name = "gaps"
urlpatterns: list = []
ROUTES: Routes = {}
