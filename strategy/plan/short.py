"""Short forms: a dialog over the list one is on, or a page of its own for who has no script.

A `Kind` holds the words and addresses of one kind of thing; `edit` and `remove` answer its requests. What has
words of its own each time fills a `Frame` and calls `show`. docs/development.md says how to add one.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.history.forms import TrackedForm, attempt, sent_version
from portal.history.models import Tracked
from portal.history.queries import last_change
from portal.lib.http import go, is_fragment, page, trigger
from strategy.plan.queries import Place, by_uid, enter
from teams import access
from teams.roles import Act

SAVE = gettext_lazy("Save")

Words = str | Promise
"""What is said on screen; a promise is translated when it is shown."""


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What stands around the fields: `name` and `of` name the form and its draft, `crumb` the page at `back`.

    `event` is what the page below listens to, so that it fetches what is new. A `drawer` stands at the side.
    `adds_more`: another may be added at once, after the one that was `added`.
    """

    name: str
    title: str
    back: str
    crumb: str
    of: object = "new"
    lead: str = ""
    save: Words = SAVE
    event: str = ""
    drawer: bool = True
    delete_url: str = ""
    delete_label: str = ""
    delete_text: str = ""
    adds_more: bool = False
    added: Tracked | None = None
    added_url: str = ""


def show(
    request: HttpRequest,
    place: Place,
    form: Any,
    frame: Frame,
    *,
    template: str = "_components/short/form.html",
    **context: Any,
) -> HttpResponse:
    """Show the form in its frame: a dialog for htmx, a page for a browser."""
    around = "dialog" if is_fragment(request) else "page"
    context |= {"place": place, "form": form, "frame": frame, "action": request.get_full_path()}
    context["around"] = f"_components/short/{around}.html"
    return page(request, template, context, status=getattr(form, "status", 200))


@dataclass(frozen=True, kw_only=True)
class Kind:
    """One kind of thing that is added, changed and deleted in a short form.

    `lists`, `deletes`: routes of its list (slug) and of deleting one (slug, uid). `edit` "": one that is there is
    headed by its name. `related` is read with a row, `path` leads from it to its strategy. `edits`: the route of
    changing one, where people add many in a row; `keeps`: the fields in which the next is like the one before.
    """

    name: str
    model: type[Tracked]
    lists: str
    list_title: Words
    add: Words
    edit: Words
    saved: Words
    event: str
    deletes: str
    delete_label: Words
    delete_text: Words
    add_lead: Words = ""
    edit_lead: Words = ""
    template: str = "_components/short/form.html"
    path: str = "strategy"
    related: tuple[str, ...] = ()
    edits: str = ""
    keeps: tuple[str, ...] = ()

    def frame(self, place: Place, thing: Tracked | None, **other: Any) -> Frame:
        """Return the frame for a new one or for one that is there; `other` replaces words."""
        slug = place.strategy.slug
        words: dict[str, Any] = {
            "name": self.name,
            "back": place.back or reverse(self.lists, args=[slug]),
            "crumb": _("My work") if place.back else str(self.list_title),
            "event": "my-work-changed" if place.back else self.event,
            "title": str(self.add),
            "lead": str(self.add_lead),
        }
        if thing is not None:
            words |= {
                "of": thing.uid,
                "title": str(self.edit) or str(thing),
                "lead": str(self.edit_lead),
                "delete_url": reverse(self.deletes, args=[slug, thing.uid]),
                "delete_label": str(self.delete_label),
                "delete_text": str(self.delete_text),
            }
        return Frame(**{**words, **other})


def find(
    request: HttpRequest, slug: str, kind: Kind, uid: uuid.UUID, act: Act | None = Act.EDIT
) -> tuple[Place, Any]:
    """Return one thing of this strategy that the person may change. Without an act, the action asks."""
    place = enter(request, slug)
    rows = kind.model._default_manager.filter(**{kind.path: place.strategy})
    thing = get_object_or_404(rows.select_related(kind.path, *kind.related), uid=uid)
    if act is not None:
        access.check(place.user, act, thing, as_=place.standing)
    return place, thing


def edit(
    request: HttpRequest,
    place: Place,
    kind: Kind,
    form: TrackedForm,
    action: Callable[..., Any],
    *,
    words: dict[str, Any] | None = None,
    **given: Any,
) -> HttpResponse:
    """Add or change one thing: show the form, save it, or say what is refused.

    The action gets `values`, `by`, the chosen links, what is `given`, and for a thing that is there `expected`. It
    returns the saved row. `words` replaces words of the frame.
    """
    thing = form.thing
    if request.method == "POST":
        seen = thing.version if thing is not None else 0

        def save() -> Any:
            sent = {} if thing is None else {"expected": form.expected}
            return action(values=form.values, by=place.user, **form.linked, **sent, **given)

        saved = attempt(form, save, keep_on_refusal=True)
        if saved is not None and thing is None and kind.edits and "another" in request.POST:
            return redirect(another(request, saved))
        if saved is not None:
            undoable = saved if saved.version > seen else None
            return _done(request, place, kind, str(kind.saved), undoable)
    more = _more(request, place, kind, form) if thing is None and kind.edits else {}
    frame = kind.frame(place, thing, **(words or {}), **more)
    response = show(request, place, form, frame, template=kind.template)
    events = {"announce": {"text": str(kind.saved)}, frame.event: {}}
    return trigger(response, events if frame.added and is_fragment(request) else None)


def another(request: HttpRequest, saved: Tracked, **query: str) -> str:
    """Return the address of the same form for the next one, which says what was saved; `query` is added to it."""
    asked = request.GET.copy()
    for name, value in {**query, "added": str(saved.uid)}.items():
        asked[name] = value
    return f"{request.path}?{asked.urlencode()}"


def _more(request: HttpRequest, place: Place, kind: Kind, form: TrackedForm) -> dict[str, Any]:
    """Return what the frame says of the one that was added just now; the form keeps what is likely the same."""
    rows = kind.model._default_manager.filter(**{kind.path: place.strategy})
    added = by_uid(rows, request.GET.get("added")) if request.method == "GET" else None
    if added is None:
        return {"adds_more": True}
    form.initial.update(model_to_dict(added, fields=kind.keeps))
    url = reverse(kind.edits, args=[place.strategy.slug, added.uid])
    return {"adds_more": True, "added": added, "added_url": url}


def remove(
    request: HttpRequest,
    slug: str,
    kind: Kind,
    uid: uuid.UUID,
    action: Callable[..., Any],
    argument: str,
) -> HttpResponse:
    """Delete one thing in the version that was shown; the action gets it as `argument`."""
    place, thing = find(request, slug, kind, uid, act=None)
    action(**{argument: thing}, expected=sent_version(request), by=place.user)
    return _done(request, place, kind, _("“%(name)s” is deleted.") % {"name": thing}, thing)


def _done(
    request: HttpRequest, place: Place, kind: Kind, toast: str, changed: Tracked | None
) -> HttpResponse:
    """Close the dialog, say what happened, offer to undo it, and let the page below fetch what is new."""
    slug = place.strategy.slug
    if not is_fragment(request):
        return go(request, place.back or reverse(kind.lists, args=[slug]), toast=toast)
    said: dict[str, Any] = {"text": toast}
    last = last_change(changed.uid) if changed is not None else None
    if changed and changed.can_be_undone and last and last.by == place.user.uid:
        said["undo_url"] = reverse("strategy:undo", args=[slug, last.act])
    event = "my-work-changed" if place.back else kind.event
    return trigger(HttpResponse(), {"toast": said, event: {}})
