// Lists of what is to be reviewed: arrow keys or j and k lead from row to row, t says "still true" of the row one stands
// in, with the version that its button shows. Who confirmed a row goes on in the next one that is due.
(() => {
  "use strict";

  const ROW = "[data-reviews] > li";
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const button = (place) => place.querySelector("button[data-review]");
  const headOf = (row) => document.getElementById(row.closest("section").getAttribute("aria-labelledby"));
  const isAfter = (row, element) => Boolean(element.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_FOLLOWING);
  const isBefore = (row, element) => Boolean(element.compareDocumentPosition(row) & Node.DOCUMENT_POSITION_PRECEDING);

  function stand(element) {
    if (!element.matches("button, a")) element.tabIndex = -1;
    element.focus({ preventScroll: true });
    (element.closest("li") ?? element).scrollIntoView({ block: "nearest" });
  }

  const standIn = (row) => row && stand(button(row) ?? row.querySelector("a"));

  // From a row to the one beside it; from elsewhere to the next one that is due.
  function move(by) {
    const from = document.activeElement;
    const here = from.closest(ROW);
    const rows = all(ROW).filter((row) => here || button(row));
    if (here) return standIn(rows[rows.indexOf(here) + by]);
    const beyond = from === document.body ? rows : rows.filter((row) => (by > 0 ? isAfter : isBefore)(row, from));
    return standIn(by > 0 ? beyond[0] : beyond.at(-1));
  }

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]") || document.querySelector("dialog:modal")) return;
    const arrow = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const letter = window.singleKeys() ? event.key : "";
    const isThere = event.target.closest("section")?.querySelector("[data-reviews]") && !event.target.closest("[popover]");
    const by = (isThere && arrow) || { j: 1, k: -1 }[letter];
    const confirm = letter === "t" && event.target.closest(ROW);
    if (!by && !confirm) return;
    event.preventDefault();
    if (by) move(by);
    else if (!event.repeat) all("button[data-review]:not(.htmx-request)", confirm)[0]?.click();
  });

  // Where one goes on after a row was confirmed: unless one has gone elsewhere meanwhile.
  const rowOf = new WeakMap(); // of a button that was pressed: it is gone when the answer is there

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    if (detail.elt.matches("[data-review]")) rowOf.set(detail.elt, detail.elt.closest(ROW));
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const row = rowOf.get(detail.requestConfig?.elt);
    if (!row?.isConnected || detail.xhr.status >= 300) return;
    if (document.activeElement !== document.body && !row.contains(document.activeElement)) return;
    const next = [...row.parentElement.children].find((one) => isAfter(one, row) && button(one));
    if (next) standIn(next);
    else stand(headOf(row));
  });

  // The line that says the keys: only where they work, and something is due.
  function show() {
    for (const line of all("[data-review-keys]")) line.hidden = !window.singleKeys() || !button(line.closest("section"));
  }

  document.addEventListener("htmx:afterSettle", show);
  document.addEventListener("DOMContentLoaded", show); // palette.js, which knows the switch, runs after this
})();
