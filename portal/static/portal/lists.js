// The list of channels: ticked rows are counted and ticked together; a grid of inputs is walked through by Enter.
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

  const CELL = "td > :is(input:not([type=hidden], [type=radio]), select, textarea)";
  document.addEventListener("keydown", (event) => {
    const form = event.target.closest?.("[data-grid]") ?? document.querySelector("[data-grid]");
    if (!form || event.isComposing) return;
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    } else if (event.key === "Enter" && event.target.matches(CELL) && !event.ctrlKey && !event.metaKey && !event.altKey) {
      if (event.target.matches("textarea") && event.shiftKey) return; // a new line in a long text
      event.preventDefault();
      const cell = event.target.parentElement;
      const rows = all("tr:has(> th)", form).filter((row) => row.closest("tbody"));
      const to = rows[rows.indexOf(cell.parentElement) + (event.shiftKey ? -1 : 1)];
      const next = to?.children[cell.cellIndex]?.querySelector("input, select, textarea");
      next?.focus();
      next?.select?.();
    }
  });
})();
