// Everything the pages need beyond htmx. Each behavior hangs on an attribute or on an answer header;
// docs/look.md lists them. No build, no eval: it runs under script-src 'self'.
(() => {
  "use strict";

  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  // The element itself counts too: htmx hands over a swapped-in form as well as a page around one.
  const within = (root, selector) => [...(root.matches?.(selector) ? [root] : []), ...all(selector, root)];
  const word = (key) => one("#app-texts")?.content.querySelector(`[data-text="${key}"]`);
  const text = (key) => word(key)?.textContent ?? "";

  function icon(name) {
    const svg = word("icons")?.firstElementChild?.cloneNode(true) ?? document.createElement("span");
    const use = one("use", svg);
    use?.setAttribute("href", use.getAttribute("href").replace("ICON", name));
    return svg;
  }

  function button(label, className, onClick) {
    const made = document.createElement("button");
    made.type = "button";
    made.className = className;
    made.textContent = label;
    made.addEventListener("click", onClick);
    return made;
  }

  // --- voice: spoken messages and toasts ----------------------------------------------------------

  // Outside an open modal dialog the page is inert: nothing there is spoken or can be clicked.
  // So the box with announcer and toasts moves into the dialog and back.
  function placeVoice() {
    const voice = one("#voice");
    const home = all("dialog:modal").at(-1) ?? document.body;
    if (voice && voice.parentElement !== home) home.append(voice);
  }

  let speaking;
  function announce(message) {
    const announcer = one("#announcer");
    if (!announcer || !message) return;
    placeVoice();
    announcer.textContent = "";
    clearTimeout(speaking);
    speaking = setTimeout(() => (announcer.textContent = message), 100);
  }

  const TOASTS = 3; // more would hide the page; the oldest that is no problem goes first

  function dropToast(toast) {
    const focused = toast.contains(document.activeElement);
    toast.remove();
    if (focused) (one("#toasts button") ?? one("#main"))?.focus({ preventScroll: true });
  }

  function watchToast(toast) {
    const others = all("#toasts > .toast").filter((other) => other !== toast);
    if (others.length >= TOASTS) (others.find((old) => old.dataset.toast !== "problem") ?? others[0]).remove();
    const seconds = toast.dataset.toast === "problem" ? 0 : one("[data-undo]", toast) ? 12 : 6;
    if (!seconds) return;
    let timer;
    const start = () => (timer = setTimeout(() => toast.remove(), seconds * 1000));
    const stop = () => clearTimeout(timer);
    toast.addEventListener("pointerenter", stop);
    toast.addEventListener("pointerleave", start);
    toast.addEventListener("focusin", stop);
    toast.addEventListener("focusout", start);
    start();
  }

  function showToast({ text: message, kind = "info", undo_url: undoUrl, link }) {
    const region = one("#toasts");
    if (!region || !message) return;
    // The same words twice are one message; each undo is its own.
    for (const old of all("[data-toast]", region))
      if (!one("[data-undo]", old) && one("p", old)?.firstChild?.textContent.trim() === message.trim()) old.remove();
    const toast = document.createElement("div");
    toast.className = kind === "problem" ? "toast toast-problem" : "toast";
    toast.dataset.toast = kind;
    const line = document.createElement("p");
    line.append(message);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.url;
      anchor.target = "_blank";
      anchor.textContent = link.label;
      line.append(" ", anchor);
    }
    if (undoUrl) {
      const undo = button(text("undo"), "button-link", () => {
        undo.disabled = true;
        window.htmx.ajax("POST", undoUrl, { source: undo, target: undo, swap: "none" });
      });
      undo.dataset.undo = "";
      line.append(" ", undo);
    }
    const close = button("", "icon-button icon-button-small", () => dropToast(toast));
    close.setAttribute("aria-label", text("dismiss"));
    close.append(icon("close"));
    toast.append(icon(kind === "problem" ? "alert" : "check"), line, close);
    placeVoice();
    region.append(toast);
    watchToast(toast);
    announce(message);
  }

  // Escape takes away the message that has the focus, else the newest, unless it has something else to close.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || event.isComposing) return;
    if (one("dialog:modal, :popover-open") || event.target.closest?.("[data-editor]")) return;
    const toast = event.target.closest?.(".toast") ?? all("#toasts > .toast").at(-1);
    if (toast) dropToast(toast);
  });

  // What was said of one view of the page is not said of the next.
  document.addEventListener("htmx:pushedIntoHistory", () => one("#toasts")?.replaceChildren());

  document.addEventListener("toast", (event) => showToast(event.detail.value ? { text: event.detail.value } : event.detail));
  document.addEventListener("announce", (event) => announce(event.detail.value ?? event.detail.text));

  // --- theme ----------------------------------------------------------------------------------------

  function showTheme() {
    const chosen = document.documentElement.dataset.theme ?? "auto";
    for (const choice of all("[data-theme-choice]")) choice.setAttribute("aria-pressed", String(choice.dataset.themeChoice === chosen));
  }

  function chooseTheme(choice) {
    if (choice === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
    store(() => (choice === "auto" ? localStorage.removeItem("portal.theme") : localStorage.setItem("portal.theme", choice)));
    showTheme();
  }

  // --- small clicks -----------------------------------------------------------------------------------

  // A button that is refused stays focusable, so that its reason can be read; it must do nothing.
  document.addEventListener(
    "click",
    (event) => {
      const refused = event.target.closest?.('[aria-disabled="true"]');
      if (!refused) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );

  document.addEventListener("click", (event) => {
    const hit = (selector) => event.target.closest?.(selector);
    let found;
    if ((found = hit("[data-theme-choice]"))) chooseTheme(found.dataset.themeChoice);
    if ((found = hit("[data-dismiss]"))) dropToast(found.closest("[data-toast]"));
    if ((found = hit("[data-open-dialog]")) && !event.ctrlKey && !event.metaKey && one(`#${CSS.escape(found.dataset.openDialog)}`)) {
      event.preventDefault(); // it may be a link for those without this script
      openDialog(one(`#${CSS.escape(found.dataset.openDialog)}`));
    }
    // Giving up an editor gives up what was typed in it, not an older text that is still offered.
    if ((found = hit("[data-forget]"))) {
      const form = found.form ?? found.closest("form");
      if (!one(".draft-offer", form)) forgetDraft(form);
    }
    if ((found = hit("[data-close]"))) found.closest("dialog")?.close();
    if ((found = hit("[data-tell]"))) window.htmx.trigger(document.body, found.dataset.tell);
    if (hit("[data-print]")) window.print();
    if ((found = hit("[data-combine]"))) combine(found.closest("form"));
    if ((found = hit("[data-copy]"))) copy(one(found.dataset.copy));
    // A dialog without a form may be left by a click beside it.
    if (event.target.matches?.("dialog[open]") && !one("form", event.target)) event.target.close();
  });

  function combine(form) {
    for (const pair of all(".conflict-sides", form)) {
      const [theirs, mine] = [one("[data-theirs]", pair), one("[data-mine]", pair)];
      if (theirs.textContent !== mine.value) mine.value = `${theirs.textContent}\n\n${mine.value}`;
      mine.dispatchEvent(new Event("input", { bubbles: true }));
    }
    const save = one("[data-combined]", form);
    if (save) save.textContent = save.dataset.combined; // it is not mine alone any more
    one("[data-mine]", form)?.focus();
  }

  async function copy(source) {
    if (!source) return;
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
      showToast({ text: text("copied") });
    } catch {
      source.select?.(); // No clipboard without https: at least the text is selected.
    }
  }

  // --- dialogs ------------------------------------------------------------------------------------------

  const openers = new WeakMap();

  function openDialog(dialog) {
    if (!dialog) return;
    if (!dialog.open) {
      openers.set(dialog, openers.get(dialog) ?? document.activeElement);
      dialog.showModal();
      // What was said of the last step would cover the first field of this one on a phone.
      for (const toast of all("#toasts > .toast")) if (toast.dataset.toast !== "problem" && !one("[data-undo]", toast)) toast.remove();
    }
    placeVoice();
    (one("[autofocus], [data-focus]", dialog) ?? one("[data-first]", dialog) ?? one(":is(.dialog-content, form) :is(input:not([type=hidden]), select, textarea)", dialog))?.focus();
  }

  document.addEventListener(
    "close",
    (event) => {
      const dialog = event.target;
      if (!dialog.matches?.("dialog")) return;
      placeVoice();
      const opener = openers.get(dialog);
      openers.delete(dialog);
      if (dialog.id === "dialog") one("#dialog-body").replaceChildren();
      // The browser gives the focus back by itself, unless the opener was swapped for a new one.
      if (opener?.id && !opener.isConnected) document.getElementById(opener.id)?.focus();
    },
    true, // "close" does not bubble
  );

  document.addEventListener("dialog-close", () => all("dialog:modal").at(-1)?.close());

  document.addEventListener("htmx:beforeRequest", (event) => {
    const dialog = one("#dialog");
    if (event.detail.target?.id === "dialog-body" && dialog && !dialog.open) openers.set(dialog, event.detail.elt);
  });

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "dialog-body") return;
    const body = one("#dialog-body");
    if (body.childElementCount) openDialog(one("#dialog"));
    else one("#dialog").close();
  });

  // --- menus: arrow keys go into and through them -----------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
    const opener = event.target.closest?.("[popovertarget]");
    const menu = event.target.closest?.(".menu:popover-open") ?? (opener && one(`#${opener.getAttribute("popovertarget")}.menu:popover-open`));
    if (!menu) return;
    const items = [...menu.querySelectorAll("a, button")];
    const last = items.length - 1;
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at < last ? at + 1 : 0, ArrowUp: at > 0 ? at - 1 : last, Home: 0, End: last }[event.key];
    items[to]?.focus();
    event.preventDefault();
    event.stopPropagation();
  });

  // --- menus: browsers without anchor positioning get a place computed ------------------------------------

  if (!CSS.supports("position-area: block-end")) {
    document.addEventListener(
      "toggle",
      (event) => {
        const menu = event.target;
        if (event.newState !== "open" || !menu.matches?.(".menu")) return;
        const from = one(`[popovertarget="${menu.id}"]`).getBoundingClientRect();
        const above = from.bottom + menu.offsetHeight + 8 > innerHeight && from.top > menu.offsetHeight + 8;
        menu.style.top = `${above ? from.top - menu.offsetHeight - 4 : from.bottom + 4}px`;
        menu.style.left = `${Math.max(8, Math.min(from.left, innerWidth - menu.offsetWidth - 8))}px`;
      },
      true,
    );
  }

  // --- htmx: token, errors, focus ----------------------------------------------------------------------------

  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb === "get") return;
    const name = one('meta[name="csrf-cookie"]')?.content;
    const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
    if (found) event.detail.headers["X-CSRFToken"] = decodeURIComponent(found.slice(name.length + 1));
  });

  // detail.elt is where the event was fired (after a swap not the sender any more): ask the request itself.
  const sender = (detail) => detail.requestConfig?.elt ?? detail.elt;
  const background = (detail) => sender(detail)?.matches?.("[data-live-url]");
  const loginPath = () => word("login_url")?.getAttribute("href");

  function signedOut() {
    const here = encodeURIComponent(location.pathname + location.search);
    showToast({ text: text("signed_out"), kind: "problem", link: { url: `${loginPath()}?next=${here}`, label: text("sign_in") } });
  }

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr } = event.detail;
    if (background(event.detail) || /"toast"/.test(xhr.getResponseHeader("HX-Trigger") ?? "")) return;
    const status = xhr.status;
    if (status === 401) return signedOut();
    const key = status >= 500 ? "server" : { 404: "gone", 413: "too_large", 429: "too_many" }[status] ?? "refused";
    showToast({ text: text(key), kind: "problem" });
  });

  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => {
      if (!background(event.detail)) showToast({ text: text("network"), kind: "problem" });
    });
  }

  document.addEventListener("htmx:beforeSwap", (event) => {
    const { xhr, target } = event.detail;
    // A redirect to the sign-in page arrives here as an ordinary page: it must not land in a fragment.
    const login = loginPath();
    if (login && xhr.responseURL && new URL(xhr.responseURL).pathname === login && location.pathname !== login) {
      event.detail.shouldSwap = false;
      if (!background(event.detail)) signedOut();
      return;
    }
    // Neither must a whole error page.
    if (xhr.status >= 400 && /^\s*<!doctype/i.test(xhr.responseText)) {
      if (event.detail.shouldSwap && !background(event.detail)) showToast({ text: text("refused"), kind: "problem" });
      event.detail.shouldSwap = false;
      return;
    }
    if (target?.id && target.contains(document.activeElement)) lost = placeOfFocus(target);
  });

  // Who worked by keyboard inside what was swapped goes on working there: on the same thing, else in the same
  // row, else in the row that has taken its place, or the one before; when all are gone, on what says so.
  const FOCUSABLE = ":is(button, a[href], input:not([type=hidden]), select, textarea, summary):not(.draft-offer *)";
  let lost = null;

  // A row that was settled may stand further down under another heading: that is no longer its place.
  const heading = (row) => row.closest("[aria-labelledby]")?.getAttribute("aria-labelledby");

  function placeOfFocus(target) {
    const from = document.activeElement;
    const rows = [];
    for (let row = from; row && row !== target; row = row.parentElement) {
      if (!row.id || row === from) continue;
      rows.push(row);
      for (let next = row.nextElementSibling; next; next = next.nextElementSibling) rows.push(next);
      for (let before = row.previousElementSibling; before; before = before.previousElementSibling) rows.push(before);
    }
    const at = rows.length ? all(FOCUSABLE, rows[0]).indexOf(from) : -1;
    return { target: target.id, from: from.id, rows: rows.filter((row) => row.id).map((row) => [row.id, heading(row)]), at };
  }

  function focusOn(element) {
    if (!element) return;
    if (!element.matches(FOCUSABLE)) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    element.scrollIntoView({ block: "nearest" });
  }

  document.addEventListener("htmx:afterSettle", () => {
    if (!lost) return;
    if (document.activeElement !== document.body) return (lost = null);
    const place = document.getElementById(lost.target);
    const { from, rows, at } = lost;
    lost = null;
    if (!place) return focusOn(one("#main"));
    const same = from && document.getElementById(from);
    const wanted = one("[autofocus], [data-focus]", place);
    if (same || wanted) return focusOn(wanted ?? same);
    const stands = ([id, under]) => [document.getElementById(id)].find((row) => row && place.contains(row) && heading(row) === under);
    const row = rows.map(stands).find(Boolean);
    const inside = row && all(FOCUSABLE, row);
    if (row) return focusOn(inside[Math.max(0, Math.min(at, inside.length - 1))] ?? row);
    focusOn((rows.length ? null : one(FOCUSABLE, place)) ?? one("h1, h2, h3, .empty", place) ?? one("#main h1") ?? one("#main"));
  });

  // --- drafts: typed text survives a closed tab, a dead network, a lost session -------------------------------

  let storageWorks = true;
  function store(write) {
    try {
      return write();
    } catch {
      storageWorks = false; // blocked or full: the page falls back to a warning before leaving
      return null;
    }
  }

  const DRAFT = "portal.draft.";
  const SENT = "portal.sent";
  const DRAFT_DAYS = 30;
  const owner = () => `${DRAFT}${document.body.dataset.user}.`;
  const draftKey = (form) => owner() + form.dataset.draft;
  const forms = new WeakMap();

  function typedFields(form) {
    const fields = {};
    for (const field of form.elements) {
      if (!field.name || field.disabled || ["hidden", "password", "file", "submit", "button", "fieldset"].includes(field.type)) continue;
      const values = (fields[field.name] ??= []);
      if (field.type === "checkbox" || field.type === "radio") field.checked && values.push(field.value);
      else if (field.type === "select-multiple") values.push(...[...field.selectedOptions].map((option) => option.value));
      else values.push(field.value);
    }
    return fields;
  }

  function fillFields(form, fields) {
    const places = {};
    for (const field of form.elements) {
      const values = fields[field.name];
      if (!values || ["hidden", "password", "file"].includes(field.type)) continue;
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.type === "select-multiple") for (const option of field.options) option.selected = values.includes(option.value);
      else {
        const place = (places[field.name] = (places[field.name] ?? -1) + 1);
        field.value = values[place] ?? "";
      }
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function forgetDraft(form) {
    if (!form?.dataset.draft) return;
    const state = forms.get(form);
    if (state) {
      clearTimeout(state.timer);
      state.dirty = false;
    }
    store(() => localStorage.removeItem(draftKey(form)));
  }

  function keepDraft(form) {
    const state = forms.get(form);
    clearTimeout(state.timer);
    store(() => localStorage.setItem(draftKey(form), JSON.stringify({ at: Date.now(), fields: typedFields(form) })));
  }

  function openDraft(form) {
    if (forms.has(form)) return;
    const initial = JSON.stringify(typedFields(form));
    forms.set(form, { dirty: false });
    if ("answered" in form.dataset) return keepDraft(form); // what was sent stands in it already
    const draft = store(() => JSON.parse(localStorage.getItem(draftKey(form)) ?? "null"));
    if (!draft) return;
    if (JSON.stringify(draft.fields) === initial) {
      if (!one('[aria-invalid="true"]', form)) forgetDraft(form); // it is what is stored now
      return;
    }
    const offer = document.createElement("div");
    offer.className = "draft-offer";
    const line = document.createElement("p");
    line.textContent = text("draft");
    offer.append(
      line,
      button(text("draft_use"), "button button-small", () => {
        fillFields(form, draft.fields);
        offer.remove();
        announce(text("draft_used"));
        one("input:not([type=hidden]), textarea, select", form)?.focus();
      }),
      button(text("draft_discard"), "button button-small button-quiet", () => {
        forgetDraft(form);
        offer.remove();
        one("input:not([type=hidden]), textarea, select", form)?.focus();
      }),
    );
    form.prepend(offer);
    announce(text("draft"));
  }

  document.addEventListener("input", (event) => {
    const form = event.target.form;
    const state = form && forms.get(form);
    if (!state) return;
    state.dirty = true;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => keepDraft(form), 400);
  });

  addEventListener("pagehide", () => {
    for (const form of all("form[data-draft]")) if (forms.get(form)?.dirty) keepDraft(form);
  });

  addEventListener("beforeunload", (event) => {
    if (!storageWorks && all("form[data-draft]").some((form) => forms.get(form)?.dirty && !form.dataset.sent)) event.preventDefault();
  });

  // What is sent is kept first: the answer may replace the form before the typing pause is over.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const elt = sender(event.detail);
    const form = (elt?.form ?? elt)?.closest?.("form[data-draft]");
    if (form && forms.get(form)?.dirty) keepDraft(form);
  });

  // 422 and 409 count as swapped, not as saved: only the status tells.
  const isSaved = ({ xhr, requestConfig }) => requestConfig.verb !== "get" && xhr.status >= 200 && xhr.status < 300;
  document.addEventListener("htmx:afterRequest", (event) => {
    const elt = sender(event.detail);
    const form = elt.closest?.("form[data-draft]");
    const sends = form && (elt === form || elt.type === "submit");
    if (sends && isSaved(event.detail)) forgetDraft(form);
  });

  // A button in the foot of a dialog stands outside its form, and the answer is the same form for the next thing:
  // it must not find what was saved.
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const elt = sender(event.detail);
    if (elt?.form && !elt.form.contains(elt) && isSaved(event.detail)) forgetDraft(elt.form);
  });

  // A full submit is good when it leads to another page. The next page decides: an error or sign-in page
  // (data-keep-drafts) and the same form again both mean "not saved",
  // unless it is empty for the next thing (data-fresh).
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.matches("[data-clear-drafts]")) store(() => Object.keys(localStorage).filter((key) => key.startsWith(owner())).forEach((key) => localStorage.removeItem(key)));
    if (event.defaultPrevented || !form.dataset.draft) return;
    keepDraft(form);
    form.dataset.sent = "";
    store(() => sessionStorage.setItem(SENT, draftKey(form)));
  });

  function settleSentDraft() {
    const sent = store(() => sessionStorage.getItem(SENT));
    if (!sent) return;
    store(() => sessionStorage.removeItem(SENT));
    if (document.body.hasAttribute("data-keep-drafts")) return;
    if (!all("form[data-draft]").some((form) => draftKey(form) === sent && !("fresh" in form.dataset))) store(() => localStorage.removeItem(sent));
  }

  function dropOldDrafts() {
    store(() => {
      for (const key of Object.keys(localStorage).filter((name) => name.startsWith(DRAFT))) {
        const { at } = JSON.parse(localStorage.getItem(key)) ?? {};
        if (!(Date.now() - at < DRAFT_DAYS * 86400000)) localStorage.removeItem(key);
      }
    });
  }

  // --- inline editors and filters ------------------------------------------------------------------------------

  document.addEventListener("keydown", (event) => {
    const editor = event.target.closest?.("[data-editor]");
    if (!editor || event.isComposing) return; // Enter inside an input method chooses a word
    if (event.key === "Escape") {
      const cancel = one("[data-cancel]", editor);
      if (!cancel) return;
      event.preventDefault(); // an open dialog around the editor stays open
      cancel.click();
    } else if (event.key === "Enter") {
      const line = event.target.matches("input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])");
      const area = event.target.matches("textarea") && (event.ctrlKey || event.metaKey);
      if (!line && !area) return;
      event.preventDefault();
      event.target.form?.requestSubmit();
    }
  });

  // A search field that narrows a list of check boxes; what is ticked stays in sight.
  document.addEventListener("input", (event) => {
    const list = event.target.dataset?.narrows && one(event.target.dataset.narrows);
    if (!list) return;
    const wanted = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const label of all("label:has(> input[type=checkbox])", list)) {
      const fits = wanted.every((word) => label.textContent.toLowerCase().includes(word));
      label.hidden = !fits && !one("input", label).checked;
    }
  });

  // A figure that is typed is a value, whatever its status was; a zero may stay one.
  document.addEventListener("input", (event) => {
    const row = event.target.matches?.("[inputmode=decimal], [type=number]") && event.target.value.trim() && event.target.closest("[data-figure-row]");
    const status = row && one("select", row);
    if (status && !(status.value === "zero" && Number(event.target.value) === 0)) status.value = "value";
  });

  const lastQuery = new WeakMap();
  function submitFilter(form) {
    const query = new URLSearchParams(new FormData(form)).toString();
    if (lastQuery.get(form) === query) return; // leaving a search field repeats what typing already sent
    lastQuery.set(form, query);
    form.requestSubmit();
  }

  let typing;
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    // Without htmx a submit loads a new page, which would cut off the typing.
    if (!form?.matches("[data-autosubmit][hx-get]") || !event.target.matches("[type=search], [type=text]")) return;
    clearTimeout(typing);
    typing = setTimeout(() => submitFilter(form), 300);
  });
  document.addEventListener("change", (event) => {
    const form = event.target.form;
    if (!form?.matches("[data-autosubmit]")) return;
    clearTimeout(typing);
    if (event.target.type === "range") typing = setTimeout(() => submitFilter(form), 300); // each key press is a change
    else submitFilter(form);
  });

  // --- the lens: its switch keeps the filters that the page put into the address since it was drawn --------------------

  document.addEventListener("htmx:pushedIntoHistory", () => {
    for (const link of all("a[data-lens]")) {
      const url = new URL(location.href);
      url.searchParams.delete("page");
      if (link.dataset.lens) url.searchParams.set("lens", link.dataset.lens);
      else url.searchParams.delete("lens");
      link.setAttribute("href", url.pathname + url.search);
    }
  });

  // --- order by dragging -------------------------------------------------------------------------------------------

  function makeSortable(list) {
    if (!window.Sortable || window.Sortable.get(list)) return;
    let before = [];
    const sortable = new window.Sortable(list, {
      handle: ".drag-handle",
      draggable: "[data-sort-id]",
      dataIdAttr: "data-sort-id",
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 140,
      onStart: () => (before = sortable.toArray()),
      onEnd: ({ item, oldIndex, newIndex }) => {
        if (oldIndex === newIndex) return;
        let next = item.nextElementSibling;
        while (next && !next.dataset.sortId) next = next.nextElementSibling;
        window.htmx.ajax("POST", list.dataset.sortUrl, {
          source: list,
          target: list.dataset.sortTarget ?? list,
          swap: list.dataset.sortSwap ?? "morph:outerHTML",
          values: { item: item.dataset.sortId, before: next?.dataset.sortId ?? "" },
        });
      },
    });
    for (const name of ["htmx:responseError", "htmx:sendError"]) {
      list.addEventListener(name, (event) => {
        if (sender(event.detail) !== list) return;
        sortable.sort(before);
        announce(text("order_kept"));
      });
    }
  }

  // --- live refresh ------------------------------------------------------------------------------------------------

  const SECOND = 1000;
  const SLOW = 15 * SECOND;
  const polls = new Map();

  async function poll(element) {
    const state = polls.get(element.id) ?? { busy: false, due: 0, failures: 0 };
    polls.set(element.id, state);
    if (state.busy || Date.now() < state.due) return;
    state.busy = true;
    try {
      const url = new URL(element.dataset.liveUrl, location.href);
      url.searchParams.set("r", element.dataset.liveRevision ?? "");
      const answer = await fetch(url, { headers: { Accept: "application/json" }, cache: "no-store", redirect: "error", signal: AbortSignal.timeout(SLOW) });
      if (answer.status === 200) await refresh(element, (await answer.json()).revision);
      else if (answer.status === 410) await renew(element);
      else if (answer.status !== 204) throw new Error(`live answer ${answer.status}`);
      state.failures = 0;
    } catch {
      state.failures += 1; // no toast: nobody asked for this request
    }
    state.busy = false;
    const wait = state.failures ? Math.min(SLOW, SECOND * 2 ** state.failures) : document.hidden ? SLOW : 0;
    state.due = Date.now() + wait;
  }

  // The address in data-live-url runs out after a while; the fragment carries a new one.
  async function renew(element) {
    const old = element.dataset.liveUrl;
    await refresh(element, 0);
    if (document.getElementById(element.id)?.dataset.liveUrl === old) throw new Error("no new live address");
  }

  async function refresh(element, revision) {
    if (one(".sortable-ghost", element)) return; // somebody is dragging in it: the next poll will do
    let arrived = false;
    const note = (event) => (arrived ||= sender(event.detail) === element && event.detail.xhr.status === 200);
    element.addEventListener("htmx:beforeSwap", note);
    await window.htmx.ajax("GET", element.dataset.liveFragment, { source: element, target: element, swap: "morph:outerHTML" });
    element.removeEventListener("htmx:beforeSwap", note);
    if (!arrived) throw new Error("live fragment did not arrive");
    const now = document.getElementById(element.id);
    // The fragment may already be newer than the revision that made us ask.
    if (now && !(Number(now.dataset.liveRevision) >= revision)) now.dataset.liveRevision = revision;
  }

  function pollAll() {
    for (const element of all("[data-live-url]")) poll(element);
  }

  const changed = new Set(); // ids of cells that the refresh brought new text to

  if (window.Idiomorph) {
    // What somebody is typing in belongs to them: the nearest element with an id around an open editor
    // is left as it is, and is not removed either. Their save then meets the version check.
    const editorsIn = (node) => (node.querySelectorAll ? within(node, "form[data-editor]") : []);
    const isKept = (node) => node.matches?.("form[data-draft]") || editorsIn(node).some((form) => form === node || form.parentElement.closest("[id]") === node);
    Object.assign(window.Idiomorph.defaults.callbacks, {
      beforeNodeMorphed(old, fresh) {
        if (isKept(old)) return false;
        if (old.matches?.(".cell") && old.textContent !== fresh.textContent) changed.add(old.id);
        return true;
      },
      beforeNodeRemoved: (node) => !editorsIn(node).length,
      // What the reader opened stays open, and a slider that they move stays where they moved it.
      beforeAttributeUpdated: (name, node) =>
        !(name === "open" && node.matches("details, dialog")) && !(["value", "aria-valuetext"].includes(name) && node.matches("[type=range]:focus")),
    });
  }

  // A slider of hours says the hour as it is shown, before the answer is there.
  document.addEventListener("input", ({ target }) => {
    if (!target.matches?.("[data-hours]")) return;
    const said = `${target.value.padStart(2, "0")}:00`;
    target.setAttribute("aria-valuetext", said);
    one(`output[for="${target.id}"]`).textContent = said;
  });

  document.addEventListener("htmx:afterSettle", () => {
    for (const id of changed) {
      const cell = document.getElementById(id);
      cell?.classList.add("just-changed");
      cell?.addEventListener("animationend", () => cell.classList.remove("just-changed"), { once: true });
    }
    changed.clear();
  });

  // --- a week of hours: its text comes alone, and names the cells that cannot be read -----------------------------------

  document.addEventListener("htmx:afterSettle", (event) => {
    const grid = event.detail.target?.id === "week-text" && one("#week-grid");
    if (!grid) return;
    all(".week-error", grid).forEach((old) => old.remove());
    for (const cell of all("[aria-invalid]", grid)) ["aria-invalid", "aria-describedby"].forEach((name) => cell.removeAttribute(name));
    for (const told of all("#week-text [data-marks]"))
      for (const id of told.dataset.marks.split(" ")) {
        const cell = document.getElementById(id);
        cell?.setAttribute("aria-invalid", "true");
        cell?.setAttribute("aria-describedby", told.id);
      }
  });

  // --- start: once for the page, again for whatever htmx brings ---------------------------------------------------------

  // Tabs that do not fit beside each other begin with the one that is open in sight.
  function showTab(tabs) {
    const open = one("[aria-current]", tabs)?.getBoundingClientRect();
    const room = tabs.getBoundingClientRect();
    if (open && (open.left < room.left || open.right > room.right)) tabs.scrollLeft += open.left - room.left - (room.width - open.width) / 2;
  }

  function ready(root) {
    within(root, ".tabs").forEach(showTab);
    if (matchMedia("(min-width: 40rem)").matches) within(root, "details[data-open-wide]").forEach((fold) => (fold.open = true));
    within(root, "form[data-draft]").forEach(openDraft);
    within(root, "[data-sortable]").forEach(makeSortable);
    within(root, "[data-focus]")[0]?.focus();
  }

  showTheme();
  settleSentDraft();
  dropOldDrafts();
  for (const toast of all("[data-toast]")) {
    watchToast(toast);
    announce(one("p", toast).textContent);
  }
  if (window.htmx) document.addEventListener("htmx:load", (event) => ready(event.detail.elt));
  else ready(document.body);
  setInterval(pollAll, SECOND);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    for (const state of polls.values()) if (!state.failures) state.due = 0;
    pollAll();
  });
})();
