// Matrices of channels: one tab stop, arrow keys from cell to cell, Enter or a click opens the form at the side.
// Without this script recorded cells are plain links, and new ones are added by the button above.
(() => {
  "use strict";

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
    head.textContent = cell.matches(".way-self") ? row : `${row} ${said.dataset.joint} ${column}: ${state}`;
    said.replaceChildren(head, inside?.title ?? "");
  }

  // Once for the page, again for whatever a refresh brings.
  function prepare() {
    const table = grid();
    if (!table || document.getElementById(HERE)?.closest("table") === table) return;
    const had = document.activeElement === document.body || document.activeElement?.closest("[data-way-matrix]");
    for (const inside of table.querySelectorAll("tbody td:not(.parity-wide) > a")) inside.tabIndex = -1;
    const known = place && cellAt(place);
    const cell = known ?? table.querySelector("tbody td:not(.parity-wide)");
    if (!cell) return;
    stand(cell);
    if (known && had && moved) stop(cell).focus({ preventScroll: true });
  }

  let moved = false; // did the reader work in the matrix? Only then does the focus go back there

  function open(cell) {
    const inside = cell.firstElementChild;
    const table = cell.closest("table");
    if (cell.matches(".way-self")) return;
    let address = inside?.getAttribute("href");
    if (!inside && table.dataset.add) {
      const [from, to] = placeOf(cell);
      const url = new URL(table.dataset.add, location.href);
      url.search = location.search;
      for (const name of [...url.searchParams.keys()]) if (name !== "lens") url.searchParams.delete(name);
      url.searchParams.set("from", from);
      url.searchParams.set("to", to);
      address = url.pathname + url.search;
    }
    if (address) window.htmx.ajax("GET", address, { source: stop(cell), target: "#dialog-body", swap: "innerHTML" });
  }

  document.addEventListener("focusin", ({ target }) => {
    const cell = target.closest?.(CELL);
    if (!cell) return;
    moved = true;
    stand(cell);
    say(cell);
  });

  document.addEventListener("mouseover", ({ target }) => {
    const cell = target.closest?.(CELL);
    if (cell) say(cell);
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
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const cell = event.target.closest?.(CELL);
    if (!cell) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return open(cell);
    }
    const rows = rowsOf(cell.closest("table"));
    const [y, x] = [rows.indexOf(cell.parentElement), cellsOf(cell.parentElement).indexOf(cell)];
    const last = cellsOf(cell.parentElement).length - 1;
    const to = {
      ArrowLeft: [y, x - 1], ArrowRight: [y, x + 1], ArrowUp: [y - 1, x], ArrowDown: [y + 1, x],
      Home: [y, 0], End: [y, last], PageUp: [0, x], PageDown: [rows.length - 1, x],
    }[event.key];
    if (!to) return;
    event.preventDefault();
    const next = rows[to[0]] && cellsOf(rows[to[0]])[to[1]];
    if (!next) return;
    stop(next).tabIndex = 0;
    stop(next).focus({ preventScroll: true });
    reveal(next);
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

  document.addEventListener("htmx:afterSettle", prepare);
  prepare();
})();
