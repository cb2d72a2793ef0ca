// The journey board: keys between cells, focus after a change, and text whose cell was deleted.
// Everything else (saving, cancelling, dragging, the live refresh) app.js does by attributes.
(() => {
  "use strict";

  const board = () => document.getElementById("board");

  // Idiomorph spares the inside of whatever has the focus. A click focuses the scrolling region, and then
  // the whole board would stand still. Open editors are spared by app.js, whoever has the focus.

  // --- keys: arrows between cells while no editor is open ---------------------------------------------

  const inRow = (row) => [...row.querySelectorAll(":scope > td.cell")];

  function neighbor(cell, key) {
    const row = cell.parentElement;
    const at = inRow(row).indexOf(cell);
    if (key === "ArrowLeft") return inRow(row)[at - 1];
    if (key === "ArrowRight") return inRow(row)[at + 1];
    if (key === "Home") return inRow(row)[0];
    if (key === "End") return inRow(row).at(-1);
    const down = key === "ArrowDown";
    let next = down ? row.nextElementSibling : row.previousElementSibling;
    while (next && !inRow(next).length) next = down ? next.nextElementSibling : next.previousElementSibling;
    return next && inRow(next)[at];
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const cell = event.target.closest?.(".board td.cell");
    if (!cell) return;
    if (event.target.matches(".cell-button") && /^(Arrow|Home|End)/.test(event.key)) {
      const button = neighbor(cell, event.key)?.querySelector(".cell-button");
      event.preventDefault();
      button?.focus();
      button?.scrollIntoView({ block: "nearest", inline: "nearest" });
    } else if (event.key === "Enter" && !event.shiftKey && event.target.matches(".cell-editor :is(textarea, select, input[type=radio])")) {
      if (event.target.matches("select") && event.target.matches(":open")) return; // Enter chooses in the open list
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  // --- editing ------------------------------------------------------------------------------------------

  document.addEventListener("focusin", (event) => {
    const area = event.target;
    if (!area.matches?.(".cell-editor textarea") || area.dataset.met) return;
    area.dataset.met = "";
    area.setSelectionRange(area.value.length, area.value.length);
  });

  // Two texts need more room than the cell had.
  document.addEventListener("htmx:load", ({ detail: { elt } }) => {
    if (elt.matches?.("td.cell")) elt.querySelector(".conflict")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });

  // What is typed while the save is under way would be lost with the editor.
  for (const [name, busy] of [["htmx:beforeRequest", true], ["htmx:afterRequest", false]]) {
    document.addEventListener(name, ({ detail: { elt, requestConfig } }) => {
      if (requestConfig.verb !== "post" || !elt.matches?.(".board [data-editor]")) return;
      for (const area of elt.querySelectorAll("textarea")) area.readOnly = busy;
    });
  }

  // --- focus --------------------------------------------------------------------------------------------

  // A menu closes when it opens a dialog; the dialog then gives the focus back to the menu's button.
  document.addEventListener(
    "click",
    (event) => {
      const item = event.target.closest?.(".board .menu button[hx-get]");
      if (!item) return;
      const menu = item.closest(".menu");
      menu.hidePopover();
      document.querySelector(`[popovertarget="${menu.id}"]`)?.focus();
    },
    true,
  );

  document.addEventListener("board-focus", (event) => {
    if (document.activeElement?.closest(".menu:popover-open")) return; // pushed again and again from its menu
    document.getElementById(event.detail.id)?.focus();
  });

  // --- a refresh that is refused: nobody asked for it, but the reader must know ------------------------------

  const showStale = (isStale) => ({ detail }) => {
    if (detail.elt?.id === "board") document.getElementById("board-stale").hidden = !isStale;
  };
  document.addEventListener("htmx:responseError", showStale(true));
  document.addEventListener("htmx:afterSettle", showStale(false));

  // --- a cell that somebody deleted while its editor was open ------------------------------------------------

  // The live refresh leaves open editors alone, so their cell outlives its column. It goes, its text stays.
  function keepLostWords() {
    for (const editor of board()?.querySelectorAll("td.cell > form[data-editor]") ?? []) {
      const cell = editor.parentElement;
      const row = cell.parentElement;
      const { step, lane } = cell.dataset;
      const laneGone = lane && !document.getElementById("board-lanes").dataset.lanes.includes(lane);
      const stepGone = step ? !document.getElementById(`step-${step}`) : inRow(row).length > document.querySelectorAll("#board-steps > th").length;
      if (!laneGone && !stepGone) continue;
      const typed = editor.querySelector("textarea")?.value ?? "";
      (laneGone ? row : cell).remove();
      if (typed) showLostWords(typed);
    }
  }

  let lost = 0;
  function showLostWords(typed) {
    const box = document.getElementById("board-lost-words").content.firstElementChild.cloneNode(true);
    const area = box.querySelector("textarea");
    area.id = `lost-${(lost += 1)}`;
    area.value = typed;
    box.querySelector("[data-copy]").dataset.copy = `#${area.id}`;
    box.querySelector("[data-lost-close]").addEventListener("click", () => {
      box.remove();
      document.getElementById("board-scroll")?.focus();
    });
    document.getElementById("board-lost").append(box);
    box.focus();
    box.scrollIntoView({ block: "nearest" });
    const heading = box.querySelector("h2").textContent;
    document.dispatchEvent(new CustomEvent("announce", { detail: { text: heading } }));
  }

  document.addEventListener("htmx:afterSettle", keepLostWords);
})();
