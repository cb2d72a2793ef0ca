// Matrices of channels: one tab stop, arrow keys from cell to cell, Enter or a click opens the form at the side. Where
// a cell has a letter to choose (data-letters), it opens the form with that chosen, and Ctrl+D with what stands above.
// Without this script recorded cells are plain links, and new ones are added by the button above.
(() => {
  "use strict";

  const { grids } = window;
  const HERE = "way-here"; // the id of the cell that has the tab stop: focus comes back to it after a refresh
  let place = null; // [channel of the row, channel of the column]

  const CELL = "[data-way-matrix] tbody td:not(.parity-wide)"; // wide cells hold links of their own
  const grid = () => document.querySelector("[data-way-matrix]");
  const cellsOf = (row) => [...row.querySelectorAll(":scope > td:not(.parity-wide)")];
  const rowsOf = (table) => [...table.tBodies[0].rows];
  const stop = (cell) => cell.firstElementChild ?? cell;
  const heads = (table) => [...table.tHead.rows[0].querySelectorAll("th:not(.parity-wide)")];

  function placeOf(cell) {
    const head = heads(cell.closest("table"))[cellsOf(cell.parentElement).indexOf(cell)];
    return [cell.parentElement.dataset.channel, head.dataset.channel];
  }

  function cellAt([from, to]) {
    const table = grid();
    const row = rowsOf(table).find((each) => each.dataset.channel === from);
    return row && cellsOf(row)[heads(table).findIndex((each) => each.dataset.channel === to)];
  }

  function stand(cell) {
    const old = document.getElementById(HERE);
    if (old && old !== stop(cell)) {
      old.removeAttribute("id");
      old.tabIndex = -1;
    }
    place = placeOf(cell);
    stop(cell).id = HERE;
    stop(cell).tabIndex = 0;
  }

  function say(cell) {
    const said = document.getElementById("way-said");
    if (!said) return;
    const row = cell.parentElement.cells[0].firstChild.textContent.trim();
    const column = heads(cell.closest("table"))[cellsOf(cell.parentElement).indexOf(cell)].textContent.trim();
    const head = document.createElement("b");
    const inside = cell.firstElementChild;
    const state = inside ? inside.getAttribute("aria-label") : said.dataset.hint;
    const isSelf = cell.matches(".way-self");
    head.textContent = isSelf ? row : `${row} ${said.dataset.joint} ${column}: ${state}`;
    said.replaceChildren(head, inside?.title ?? "");
  }

  // The way one stands on, not one that the mouse passes, can be logged as a gap with its two ends.
  function offerGap(cell) {
    const link = document.getElementById("way-gap");
    if (!link) return;
    link.hidden = cell.matches(".way-self");
    const address = withEnds(link.dataset.log, placeOf(cell));
    link.setAttribute("href", address);
    link.setAttribute("hx-get", address);
    link.setAttribute("aria-describedby", "way-said");
    window.htmx?.process(link);
  }

  // An address with the two ends of a way; of what the page shows, only the lens goes along.
  function withEnds(path, [from, to]) {
    const url = new URL(path, location.href);
    const lens = new URLSearchParams(location.search).get("lens");
    if (lens) url.searchParams.set("lens", lens);
    url.searchParams.set("from", from);
    url.searchParams.set("to", to);
    return url.pathname + url.search;
  }

  // Once for the page, again for whatever a refresh brings.
  function prepare() {
    const table = grid();
    if (!table || document.getElementById(HERE)?.closest("table") === table) return;
    const had = document.activeElement === document.body || document.activeElement?.closest("[data-way-matrix]");
    for (const inside of table.querySelectorAll("tbody td:not(.parity-wide) > a")) inside.tabIndex = -1;
    const known = place && cellAt(place);
    const left = grids.left();
    const again = left && cellAt(left.split("."));
    const cell = again || known || table.querySelector("tbody td:not(.parity-wide, .way-self)");
    if (!cell) return;
    stand(cell);
    if (again || (known && had && moved)) stop(cell).focus({ preventScroll: true });
    if (again) reveal(cell);
  }

  let moved = false; // did the reader work in the matrix? Only then does the focus go back there

  let opens = false;

  async function open(cell, choice) {
    if (opens || document.querySelector("#dialog[open]")) return; // what is begun in a form is not replaced by another answer
    const inside = cell.firstElementChild;
    const table = cell.closest("table");
    if (cell.matches(".way-self")) return;
    const address = inside ? inside.getAttribute("href") : table.dataset.add && withEnds(table.dataset.add, placeOf(cell));
    if (!address) return;
    opens = true;
    try {
      await window.htmx.ajax("GET", address, { source: stop(cell), target: "#dialog-body", swap: "innerHTML" });
    } finally {
      opens = false;
    }
    if (choice) choose(document.querySelector("#dialog-body select[autofocus]"), choice);
  }

  // What a letter stands for is chosen in the form that opened; its reason is written there, or comes from above.
  function choose(list, { letter, why = "" }) {
    const option = [...(list?.options ?? [])].find((each) => each.text.startsWith(letter));
    if (!option) return;
    list.value = option.value;
    const reason = list.closest(".field").querySelector(".offer-reason");
    if (why && !reason.value) reason.value = why;
    for (const field of [list, reason]) field.dispatchEvent(new Event("input", { bubbles: true }));
  }

  const letterIn = (cell) => cell?.firstElementChild?.dataset.letter ?? "";

  // A letter, Delete, or Ctrl+D, which takes what stands above: what is to be chosen; null: the key means nothing here.
  function choiceOf(event, cell, above) {
    const letters = cell.closest("table").dataset.letters;
    if (!letters) return null;
    const key = event.key.toUpperCase();
    if (event.ctrlKey || event.metaKey) return key === "D" && letterIn(above) ? { letter: letterIn(above), why: above.firstElementChild.title } : null;
    const letter = { DELETE: "U", BACKSPACE: "U" }[key] ?? key;
    return letter.length === 1 && letters.includes(letter) ? { letter } : null;
  }

  document.addEventListener("focusin", ({ target }) => {
    const cell = target.closest?.(CELL);
    if (!cell) return;
    moved = true;
    stand(cell);
    say(cell);
    offerGap(cell);
  });

  document.addEventListener("mouseover", ({ target }) => {
    const cell = target.closest?.(CELL);
    if (cell) return say(cell);
    const here = place && grid()?.contains(document.activeElement) && cellAt(place);
    return here ? say(here) : undefined;
  });

  document.addEventListener("click", (event) => {
    const cell = event.target.closest?.(CELL);
    if (!cell || event.ctrlKey || event.metaKey || event.shiftKey || !window.htmx) return;
    event.preventDefault();
    moved = true;
    stand(cell);
    stop(cell).focus({ preventScroll: true });
    open(cell);
  });

  document.addEventListener("keydown", (event) => {
    if (event.altKey || event.isComposing) return;
    const held = event.ctrlKey || event.metaKey;
    if (event.target === document.body && event.key.startsWith("Arrow") && !held && !event.shiftKey && !document.querySelector("dialog:modal") && enter())
      return void event.preventDefault(); // nothing has the focus yet: an arrow key begins in the grid
    const cell = event.target.closest?.(CELL);
    if (!cell) return;
    const rows = rowsOf(cell.closest("table"));
    const cells = cellsOf(cell.parentElement);
    const at = { row: rows.indexOf(cell.parentElement), column: cells.indexOf(cell) };
    if (["Enter", " ", "F2"].includes(event.key) && !held) {
      event.preventDefault();
      return void open(cell);
    }
    if (held && event.key.toLowerCase() === "z" && !event.shiftKey) {
      event.preventDefault();
      return void grids.undo();
    }
    const above = rows[at.row - 1] && cellsOf(rows[at.row - 1])[at.column];
    const choice = choiceOf(event, cell, above);
    const to = grids.moved(event, at);
    if (!choice && !to) return;
    event.preventDefault();
    if (choice) return void open(cell, choice);
    const row = rows[Math.max(0, Math.min(to.row, rows.length - 1))];
    const next = cellsOf(row)[Math.max(0, Math.min(to.column, cells.length - 1))];
    stop(next).tabIndex = 0;
    stop(next).focus({ preventScroll: true });
    reveal(next);
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest?.("[data-undo]") && place) grids.leave(place.join("."));
  });

  // To the cell that has the tab stop; null: there is no grid.
  function enter() {
    const here = grid() && document.getElementById(HERE);
    if (!here) return null;
    here.focus({ preventScroll: true });
    reveal(here.closest("td"));
    return here;
  }

  document.addEventListener("click", (event) => {
    if (event.target.closest?.('.skip-link[href="#way-scroll"]') && enter()) event.preventDefault();
  });

  // The sticky heads cover what is scrolled under them.
  function reveal(cell) {
    const box = cell.closest(".way-scroll");
    const table = cell.closest("table");
    const [side, top] = [table.rows[0].cells[0].offsetWidth + 4, table.tHead.offsetHeight + 4];
    const [left, above] = [cell.offsetLeft - side, cell.offsetTop - top];
    if (box.scrollLeft > left) box.scrollLeft = left;
    if (box.scrollTop > above) box.scrollTop = above;
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  document.addEventListener("htmx:afterSettle", () => {
    prepare();
    const here = moved && place && cellAt(place);
    if (here) offerGap(here); // a refresh brings the link without its ends
  });
  prepare();
})();
