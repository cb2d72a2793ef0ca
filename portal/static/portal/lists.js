// The list of channels: ticked rows are counted and ticked together. Grids of fields: Enter leads to the cell below,
// Ctrl+D takes what stands above, Ctrl+S saves.
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  function count() {
    const said = document.querySelector("[data-tick-count]");
    if (!said) return;
    const ticks = all("[data-tick]");
    const found = document.querySelector("[data-tick-found]")?.checked;
    const chosen = ticks.filter((tick) => tick.checked).length;
    said.textContent = chosen && !found ? said.dataset.some.replace("N", chosen) : said.dataset.none;
    if (found) said.textContent = "";
    const every = document.querySelector("[data-tick-all]");
    if (!every) return;
    every.hidden = !ticks.length;
    every.checked = ticks.length > 0 && chosen === ticks.length;
    every.indeterminate = chosen > 0 && chosen < ticks.length;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) for (const tick of all("[data-tick]")) tick.checked = event.target.checked;
    if (event.target.matches("[data-tick-all], [data-tick], [data-tick-found]")) count();
  });

  // Shift and a click tick everything between.
  let last;
  document.addEventListener("click", (event) => {
    if (!event.target.matches("[data-tick]")) return;
    const ticks = all("[data-tick]");
    const [from, to] = [ticks.indexOf(last), ticks.indexOf(event.target)];
    if (event.shiftKey && from >= 0) {
      for (const tick of ticks.slice(Math.min(from, to), Math.max(from, to) + 1)) tick.checked = event.target.checked;
      count();
    }
    last = event.target;
  });

  document.addEventListener("htmx:load", count);
  count();

  const FIELD = ":is(input:not([type=hidden], [type=radio]), select, textarea)";
  const fieldsOf = (cell) => all(FIELD, cell);

  // The cell of the same column so many rows further down; only rows with a head have cells to fill in.
  function cellBeside(form, cell, by) {
    const rows = all("tbody tr:has(> th)", form);
    return rows[rows.indexOf(cell.parentElement) + by]?.children[cell.cellIndex];
  }

  function copyDown(from, to) {
    const sources = fieldsOf(from);
    for (const [index, field] of fieldsOf(to).entries()) {
      if (!sources[index] || field.value === sources[index].value) continue;
      field.value = sources[index].value;
      for (const name of ["input", "change"]) field.dispatchEvent(new Event(name, { bubbles: true }));
    }
  }

  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-grid]") ?? document.querySelector("[data-grid]");
    if (!form || event.isComposing) return;
    const held = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const key = event.key.toLowerCase();
    const cell = event.target.matches?.(FIELD) && event.target.closest("tbody td");
    if (held && key === "s") {
      event.preventDefault();
      form.requestSubmit();
    } else if (held && key === "d" && cell) {
      event.preventDefault();
      const above = cellBeside(form, cell, -1);
      if (above) copyDown(above, cell);
    } else if (key === "enter" && cell && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.target.matches("textarea") && event.shiftKey) return; // a new line in a long text
      event.preventDefault();
      const to = cellBeside(form, cell, event.shiftKey ? -1 : 1);
      const next = to && fieldsOf(to)[0];
      next?.focus();
      next?.select?.();
    }
  });

  // --- a cell that both changed shows what is chosen; typing in it is choosing mine ---------------------------
  const questions = [...document.querySelectorAll("[data-take-for]")].map((box) => {
    const cell = document.getElementById(box.dataset.takeFor);
    return { box, cell, mine: cell.value };
  });

  function show({ box, cell, mine }) {
    const taken = box.querySelector("input:checked")?.value;
    cell.value = taken === "theirs" ? box.dataset.theirs : mine;
  }

  for (const question of questions) {
    show(question);
    question.box.addEventListener("change", () => show(question));
    question.cell.addEventListener("input", () => {
      question.mine = question.cell.value;
      question.box.querySelector("input[value=mine]").checked = true;
    });
    // What is given up is sent along: when the save is refused it still stands beside theirs.
    question.cell.form.addEventListener("submit", () => { question.cell.value = question.mine; });
  }
})();
