// The matrix of access decisions: a grid for the keyboard, choices that wait until they are saved as one act.
// Without it the page is a table of links. The server draws every cell; what is chosen here is painted over it.
(() => {
  "use strict";

  const { grids } = window;
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const bar = one("#matrix-bar");
  if (!bar) return;
  const text = (key, count) => one(`#matrix-texts`)?.content.querySelector(`[data-text="${key}"]`).textContent.replace("COUNT", count) ?? "";
  const announce = (said) => said && document.dispatchEvent(new CustomEvent("announce", { detail: { text: said } }));
  const grid = () => one("#matrix-grid");

  // --- where one is --------------------------------------------------------------------------------------

  const rows = () => [...(grid()?.tBodies[0].rows ?? [])];
  const heads = () => [...(grid()?.tHead.rows[0].cells ?? [])].slice(1);
  const cellAt = ({ row, column }) => rows()[row]?.cells[column + 1];
  const placeOf = (cell) => ({ row: cell.parentElement.sectionRowIndex, column: cell.cellIndex - 1 });
  const headOf = (cell) => heads()[cell.cellIndex - 1];
  const keyOf = (cell) => `${cell.parentElement.id.slice(4)}.${headOf(cell).id.slice(7)}`;
  const channelOf = (cell) => headOf(cell).id.slice(7);
  const wordsIn = (cell) => cell.firstElementChild.textContent;

  function cellOf(key) {
    const [row, column] = key.split(".");
    return document.getElementById(`row-${row}`)?.cells[document.getElementById(`column-${column}`)?.cellIndex ?? -1];
  }

  let at = { row: 0, column: 0 }; // the one cell that Tab reaches
  let anchor = at; // the other end of what is chosen
  let current = ""; // its key: rows may move under it

  function chosen() {
    const [top, bottom] = [at.row, anchor.row].sort((a, b) => a - b);
    const [left, right] = [at.column, anchor.column].sort((a, b) => a - b);
    return rows().slice(top, bottom + 1).map((row) => [...row.cells].slice(left + 1, right + 2));
  }

  let marked = [];
  function mark() {
    for (const cell of marked) cell.removeAttribute("aria-selected");
    marked = chosen().flat();
    for (const cell of marked) cell.setAttribute("aria-selected", "true");
  }

  function go(place, { extend = false, focus = true } = {}) {
    const [lastRow, lastColumn] = [rows().length - 1, heads().length - 1];
    if (lastRow < 0 || lastColumn < 0) return;
    const old = cellAt(at);
    if (old) old.tabIndex = -1;
    at = { row: Math.max(0, Math.min(place.row, lastRow)), column: Math.max(0, Math.min(place.column, lastColumn)) };
    if (!extend) anchor = at;
    anchor = { row: Math.min(anchor.row, lastRow), column: Math.min(anchor.column, lastColumn) };
    const cell = cellAt(at);
    current = keyOf(cell);
    cell.tabIndex = 0;
    if (focus) {
      mark();
      cell.focus();
      say(cell);
      if (extend) announce(text("chosen", marked.length));
    }
  }

  function say(cell) {
    const locked = headOf(cell).dataset.locked;
    const where = `${cell.parentElement.cells[0].textContent.trim()} · ${headOf(cell).dataset.name}: ${wordsIn(cell)}`;
    one("#matrix-said").textContent = locked ? `${where} – ${locked}` : where;
  }

  // --- what waits to be saved -------------------------------------------------------------------------------

  const draft = `portal.draft.${document.body.dataset.user}.matrix-${bar.dataset.segment}`; // app.js drops old ones
  const pending = new Map(); // key of a cell: {letter, to, why, version}
  const painted = new Map(); // cell: what the server drew
  let storageWorks = true;

  const label = (letter) => one(`[data-letter="${letter}"]`, bar)?.dataset.words ?? "";

  function words({ letter, to, why }) {
    const name = to && one(`#redirect-to option[value="${to}"]`)?.textContent;
    const said = letter === "r" && name ? text("redirected").replace("CHANNEL", name) : label(letter);
    return why ? `${said}: ${why}` : said;
  }

  function stored(cell) {
    const drawn = painted.get(cell);
    if (drawn) return drawn;
    const { v, to, why } = cell.dataset;
    return { letter: cell.className.split(" ")[0], to: to ?? "", why: why ?? "", version: Number(v ?? 0), words: wordsIn(cell) };
  }

  const stateOf = (cell) => pending.get(keyOf(cell)) ?? stored(cell);
  const same = (one, other) => one.letter === other.letter && one.to === other.to && one.why === other.why;

  function paint(cell, choice) {
    if (!painted.has(cell)) painted.set(cell, stored(cell));
    cell.className = `${choice.letter} pend`;
    cell.firstElementChild.textContent = `${words(choice)} (${text("unsaved")})`;
    cell.removeAttribute("title");
  }

  function unpaint(cell) {
    const drawn = painted.get(cell);
    if (!drawn) return;
    cell.className = drawn.letter;
    cell.firstElementChild.textContent = drawn.words;
    painted.delete(cell);
  }

  function keep() {
    const save = one("#matrix-save");
    if (!save) return; // who may change nothing has nothing to keep, and what waits is not theirs to drop
    try {
      if (pending.size) localStorage.setItem(draft, JSON.stringify({ at: Date.now(), fields: {}, cells: [...pending] }));
      else localStorage.removeItem(draft);
    } catch {
      storageWorks = false;
    }
    const count = pending.size;
    save.disabled = !count;
    save.textContent = count ? text(count === 1 ? "save_one" : "save_many", count) : text("save_none");
    const away = [...pending.keys()].filter((key) => !cellOf(key)).length;
    const note = one("#matrix-pending");
    note.textContent = away ? text("hidden", away) : "";
    note.hidden = !away;
    one("#matrix-discard").hidden = !count;
  }

  addEventListener("beforeunload", (event) => {
    if (!storageWorks && pending.size) event.preventDefault();
  });

  let steps = []; // what each choice replaced, the last at the end: [[key, what waited before]]

  function put(cell, choice) {
    const before = stored(cell);
    const key = keyOf(cell);
    const known = pending.get(key);
    steps.at(-1)?.push([key, known]);
    if (same(before, choice)) {
      pending.delete(key);
      unpaint(cell);
    } else {
      pending.set(key, { ...choice, version: known?.version ?? before.version });
      paint(cell, choice);
    }
  }

  // Give cells a choice each: [[cell, {letter, to, why}]]. What is not the person's to change stays.
  function decide(pairs) {
    let [done, locked, itself] = [0, "", 0];
    steps.push([]);
    for (const [cell, { letter, to = "", why = "" }] of pairs) {
      const refusal = headOf(cell).dataset.locked;
      if (refusal) locked = refusal;
      else if (letter === "r" && to === channelOf(cell)) itself += 1;
      else {
        put(cell, { letter, to: letter === "r" ? to : "", why: letter === "u" ? "" : why });
        done += 1;
      }
    }
    if (!done) steps.pop();
    keep();
    say(cellAt(at));
    announce([done && `${wordsIn(cellAt(at))}.`, done && waits(), locked, itself && text("itself", itself)].filter(Boolean).join(" "));
    if (locked || itself) one("#matrix-said").textContent = [locked, itself && text("itself", itself)].filter(Boolean).join(" ");
  }

  const waits = () => (pending.size === 1 ? text("one") : text("many", pending.size));

  // Take back the last choice; when none waits, the last save, as long as its message offers that.
  function takeBack() {
    const step = steps.pop();
    if (!step) return pending.size || grids.undo() ? undefined : announce(text("nothing_back"));
    for (const [key, before] of step.reverse()) {
      const cell = cellOf(key);
      if (before) pending.set(key, before);
      else pending.delete(key);
      if (cell && before) paint(cell, before);
      else if (cell) unpaint(cell);
    }
    keep();
    say(cellAt(at));
    return announce(`${wordsIn(cellAt(at))}. ${waits()}`);
  }

  // --- deciding: a letter, a button, or a small dialog for what needs more --------------------------------------

  const tidy = (typed) => typed.trim().replace(/\s+/g, " ");

  // A decision that stays the same keeps its reason.
  function reasonFor(letter, cell) {
    const now = stateOf(cell);
    return now.letter === letter ? now.why : "";
  }

  // A channel is not redirected to itself: it is not offered, where all that is chosen is its own.
  function offerOthers(to, cells) {
    const own = new Set(cells.map(channelOf));
    for (const option of to.options) option.hidden = option.disabled = own.size === 1 && own.has(option.value);
  }

  let unused = ""; // the reason of a redirect that was refused

  function ask(letter) {
    const cells = chosen().flat();
    if (!cells.length) return; // the filters leave none
    const open = cells.filter((cell) => !headOf(cell).dataset.locked);
    if (!open.length) return decide(cells.map((cell) => [cell, { letter }]));
    if (!"rd".includes(letter)) return decide(cells.map((cell) => [cell, { letter, why: reasonFor(letter, cell) }]));
    const dialog = one(letter === "r" ? "#matrix-redirect" : "#matrix-reason");
    const why = one("input", dialog);
    const to = one("select", dialog);
    why.value = reasonFor(letter, open[0]) || (to ? unused : "");
    why.oninput = () => why.setCustomValidity([...tidy(why.value)].length > why.dataset.most ? text("long") : "");
    why.oninput();
    if (to) {
      offerOthers(to, open);
      to.value = stateOf(open[0]).to;
    }
    dialog.returnValue = "";
    dialog.showModal();
    (to ?? why).focus();
    one("form", dialog).onsubmit = () => {
      const choice = { letter, to: to?.value ?? "", why: tidy(why.value) };
      if (to) unused = open.some((cell) => channelOf(cell) === choice.to) ? choice.why : "";
      queueMicrotask(() => {
        dialog.close();
        cellAt(at)?.focus();
        if (letter === "r" || choice.why) decide(cells.map((cell) => [cell, choice]));
      });
    };
  }

  bar.addEventListener("click", (event) => {
    const tool = event.target.closest("[data-letter]");
    if (!tool) return;
    mark();
    ask(tool.dataset.letter);
  });

  let clip = null;

  function copyDown() {
    const lines = chosen();
    const above = rows()[Math.min(at.row, anchor.row) - 1];
    const pairs = [];
    for (let index = 0; index < lines[0].length; index += 1) {
      const source = lines.length > 1 ? lines[0][index] : above?.cells[lines[0][index].cellIndex];
      if (!source) return;
      const choice = stateOf(source);
      for (const line of lines.length > 1 ? lines.slice(1) : lines) pairs.push([line[index], choice]);
    }
    decide(pairs);
  }

  function openForm(cell) {
    const link = one("a", cell);
    if (link) window.htmx.ajax("GET", link.getAttribute("href"), { source: cell, target: "#dialog-body", swap: "innerHTML" });
  }

  // --- keys ------------------------------------------------------------------------------------------------

  const isOpen = () => grid()?.hasAttribute("data-open");

  function move(event) {
    const to = grids.moved(event, at);
    if (!to) return false;
    go(to, { extend: event.shiftKey });
    return true;
  }

  function command(event) {
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (!isOpen() || event.shiftKey || !"dcvz".includes(key)) return false;
      if (key === "z") takeBack();
      else if (key === "d") copyDown();
      else if (key === "c") {
        clip = { ...stateOf(cellAt(at)) };
        announce(text("copied"));
      } else if (clip) decide(chosen().flat().map((cell) => [cell, clip]));
      return true;
    }
    if (key === "escape") {
      if (marked.length < 2) return false;
      go(at);
      return true;
    }
    if (key === "enter" || key === "f2") {
      openForm(cellAt(at));
      return true;
    }
    const letter = { delete: "u", backspace: "u" }[key] ?? key;
    if (!isOpen() || letter.length !== 1 || !"psrdu".includes(letter)) return false;
    ask(letter);
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && pending.size && !one("dialog:modal")) {
      event.preventDefault();
      return save();
    }
    const held = event.ctrlKey || event.metaKey || event.altKey || event.shiftKey;
    if (event.target === document.body && event.key.startsWith("Arrow") && !held && !one("dialog:modal") && grid()) {
      event.preventDefault(); // nothing has the focus yet: an arrow key begins in the grid
      return go(at);
    }
    if (!event.target.closest?.("#matrix-grid tbody td") || event.altKey || event.isComposing) return undefined;
    if (move(event) || command(event)) event.preventDefault();
    return undefined;
  });

  document.addEventListener("click", (event) => {
    const leads = event.target.closest?.('.skip-link[href="#matrix"]');
    if (leads && grid()) {
      event.preventDefault();
      go(at);
    }
    if (event.target.closest?.("[data-undo]")) grids.leave(current);
  });

  // --- mouse ------------------------------------------------------------------------------------------------

  // Without keys and mouse: while it is pressed, a tap chooses all cells up to the one that is tapped.
  const several = () => one("#matrix-several")?.getAttribute("aria-pressed") === "true";
  one("#matrix-several")?.addEventListener("click", ({ target }) => target.setAttribute("aria-pressed", String(!several())));

  let dragging = false;
  const cellUnder = (event) => event.target.closest?.("#matrix-grid tbody td");

  document.addEventListener("pointerdown", (event) => {
    const cell = cellUnder(event);
    if (!cell || event.button || event.ctrlKey || event.metaKey) return;
    if (event.pointerType === "mouse") event.preventDefault(); // no text is dragged along
    dragging = event.pointerType === "mouse";
    if (event.pointerType === "mouse") go(placeOf(cell), { extend: event.shiftKey });
  });
  document.addEventListener("pointerover", (event) => {
    const cell = cellUnder(event);
    if (cell && !cell.title) cell.title = wordsIn(cell);
    if (cell && dragging) go(placeOf(cell), { extend: true });
  });
  for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => (dragging = false));
  document.addEventListener("click", (event) => {
    const cell = cellUnder(event);
    if (!cell || event.ctrlKey || event.metaKey) return;
    event.preventDefault(); // the link is for those without this script
    if (several() && marked.length) go(placeOf(cell), { extend: true });
    else if (!event.shiftKey && (cell !== cellAt(at) || !marked.length)) go(placeOf(cell));
  });
  document.addEventListener("dblclick", (event) => {
    const cell = cellUnder(event);
    if (cell) openForm(cell);
  });

  // --- saving ------------------------------------------------------------------------------------------------

  const CHOICES = { p: "preferred", s: "supported", r: "redirected", d: "not_offered", u: "" };
  let sent = null;

  async function save() {
    if (sent || !pending.size) return;
    sent = new Map(pending);
    const cells = [...sent].map(([key, { letter, to, why, version }]) => [...key.split("."), version, CHOICES[letter], to, why]);
    try {
      await window.htmx.ajax("POST", bar.dataset.save, {
        source: "#matrix-save",
        target: "#matrix-conflicts",
        swap: "innerHTML",
        values: { cells: JSON.stringify(cells) },
      });
    } catch {
      // app.js has said why; what was chosen is still here
    }
    sent = null;
  }

  document.addEventListener("decisions-saved", () => {
    for (const [key, choice] of sent ?? []) if (pending.get(key) === choice) pending.delete(key);
    steps = [];
    one("#matrix-conflicts").replaceChildren();
    keep(); // the cells stay painted until the server has drawn them anew
  });

  one("#matrix-save")?.addEventListener("click", save);
  one("#matrix-discard")?.addEventListener("click", () => {
    pending.clear();
    steps = [];
    for (const cell of [...painted.keys()]) unpaint(cell);
    one("#matrix-conflicts").replaceChildren();
    keep();
    announce(text("discarded"));
    cellAt(at)?.focus();
  });

  // Cells that others changed meanwhile: ours replaces theirs knowingly, or theirs stays.
  document.addEventListener("click", (event) => {
    const taken = event.target.closest?.("#matrix-conflicts [data-take]");
    if (!taken) return;
    const box = one("#matrix-conflict");
    const whole = "all" in taken.dataset || !taken.closest("[data-conflict]");
    for (const item of whole ? all("[data-conflict]", box) : [taken.closest("[data-conflict]")]) {
      const key = item.dataset.conflict;
      if (taken.dataset.take === "mine") {
        const mine = pending.get(key);
        if (mine) pending.set(key, { ...mine, version: Number(item.dataset.v) });
      } else {
        pending.delete(key);
        const cell = cellOf(key);
        if (cell) unpaint(cell);
      }
      item.remove();
    }
    steps = [];
    keep();
    if (all("[data-conflict]", box).length) return one("[data-take]", box).focus();
    one("#matrix-conflicts").replaceChildren();
    return (pending.size ? one("#matrix-save") : cellAt(at))?.focus();
  });

  // --- dressing: what the server draws is a table; here it becomes a grid, again after every refresh -------------

  function dress() {
    painted.clear();
    marked = [];
    const table = grid();
    if (!table) return keep();
    table.setAttribute("role", "grid");
    table.setAttribute("aria-multiselectable", "true");
    if (!isOpen()) table.setAttribute("aria-readonly", "true");
    for (const link of all("tbody td > a", table)) link.tabIndex = -1;
    if (isOpen()) for (const cell of all("tbody td.ro", table)) cell.setAttribute("aria-readonly", "true");
    for (const [key, choice] of pending) {
      const cell = cellOf(key);
      if (cell) paint(cell, choice);
    }
    const again = current && cellOf(current);
    const reach = { row: anchor.row - at.row, column: anchor.column - at.column };
    if (again) at = placeOf(again);
    anchor = again ? { row: at.row + reach.row, column: at.column + reach.column } : at;
    anchor = { row: Math.max(0, anchor.row), column: Math.max(0, anchor.column) };
    go(at, { extend: true, focus: false });
    keep();
  }

  // A cell that has the focus would not be refreshed: it lets go of it for that moment.
  let hadFocus = false;
  const stays = ({ target, xhr }) => target?.id !== "matrix" || xhr.getResponseHeader("HX-Reswap") === "none";
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (stays(detail) || !detail.shouldSwap) return;
    hadFocus = Boolean(document.activeElement?.closest("#matrix-grid tbody"));
    if (hadFocus) document.activeElement.blur();
  });
  document.addEventListener("htmx:afterSwap", ({ detail }) => {
    if (stays(detail)) return;
    dress();
    if (!hadFocus) return;
    mark();
    cellAt(at)?.focus({ preventScroll: true });
  });

  try {
    for (const [key, choice] of JSON.parse(localStorage.getItem(draft) ?? "{}").cells ?? []) pending.set(key, choice);
  } catch {
    storageWorks = false;
  }
  if (!one("#matrix-save")) pending.clear();
  dress();
  const left = cellOf(grids.left());
  if (left) go(placeOf(left));
  if (pending.size) {
    one("#matrix-said").textContent = text("kept");
    announce(text("kept"));
  }
})();
