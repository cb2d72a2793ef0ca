// The search palette: the keys that open it, and those that choose in it. The server lists the results (htmx);
// the focus stays in the field, and aria-activedescendant says which option Enter opens.
(() => {
  "use strict";
  const palette = document.getElementById("palette");
  const field = document.getElementById("palette-q");
  const opener = document.querySelector('[data-open-dialog="palette"]');
  const onMac = /Mac|iP(hone|ad|od)/.test(navigator.platform);

  // --- choosing -------------------------------------------------------------------------------------------

  const options = () => [...palette.querySelectorAll('[role="option"]')];
  const chosen = () => palette.querySelector('[role="option"][aria-selected="true"]');

  function choose(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option?.setAttribute("aria-selected", "true");
    option?.scrollIntoView({ block: "nearest" });
    if (option) field.setAttribute("aria-activedescendant", option.id);
    else field.removeAttribute("aria-activedescendant");
  }

  const query = () => field.value.trim().replace(/\s+/g, " ");

  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "palette-results") return;
    const listed = options();
    field.setAttribute("aria-expanded", String(listed.length > 0));
    // What answers other words than those in the field is shown, but Enter does not open it.
    const answers = document.getElementById("palette-results").dataset.query === query();
    choose(query() && answers ? listed[0] : null);
  });

  field.addEventListener("input", () => choose(null));

  field.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    if (event.key === "Enter") {
      if (!chosen() && query()) return; // the form leads to the page with the results
      event.preventDefault();
      chosen()?.click();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const listed = options();
      const step = event.key === "ArrowDown" ? 1 : -1;
      const at = listed.indexOf(chosen());
      choose(listed[at < 0 && step < 0 ? listed.length - 1 : (at + step + listed.length) % listed.length]);
    }
  });

  // --- opening and closing ----------------------------------------------------------------------------------

  document.addEventListener("click", (event) => {
    if (event.target.closest?.('[data-open-dialog="palette"]') && palette.open) window.htmx.trigger(field, "palette-open");
  });

  palette.addEventListener("click", (event) => {
    const leads = event.target.closest("a") && !event.ctrlKey && !event.metaKey;
    if (event.target === palette || leads) palette.close(); // beside it, or to where a result leads
  });

  palette.addEventListener("close", () => {
    window.htmx.trigger(field, "htmx:abort");
    field.value = "";
    field.setAttribute("aria-expanded", "false");
    choose(null);
    document.getElementById("palette-list").replaceChildren();
    palette.querySelector(".palette-note")?.remove();
  });

  // --- keys everywhere ------------------------------------------------------------------------------------------

  // Keys without Ctrl can be switched off: people who dictate or have a tremor type them by accident.
  const SINGLE = "portal.single-keys";
  const read = (window.singleKeys = () => {
    try {
      return localStorage.getItem(SINGLE) !== "off";
    } catch {
      return true; // no storage in this browser
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented || event.altKey) return;
    const key = event.key.toLowerCase();
    const held = key === "k" && !event.shiftKey && (onMac ? event.metaKey : event.ctrlKey);
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const single = (key === "/" || key === "?") && !event.ctrlKey && !event.metaKey && !typing && read();
    if (!held && !single) return;
    if (palette.open) field.select();
    else if (document.querySelector("dialog:modal")) return; // what is being done there is finished first
    else if (key === "?") document.getElementById("palette-keys").click();
    else opener.click();
    event.preventDefault();
  });

  function show(root) {
    if (onMac) for (const key of root.querySelectorAll("[data-mod]")) key.textContent = "⌘";
    const single = root.querySelector("[data-single-keys]");
    if (!single) return;
    single.checked = read();
    single.closest("[data-single-keys-choice]").hidden = false;
    single.addEventListener("change", () => {
      try {
        localStorage.setItem(SINGLE, single.checked ? "on" : "off");
      } catch {
        single.checked = true; // no storage: it stays as it was
      }
    });
  }

  document.addEventListener("htmx:load", (event) => show(event.detail.elt));
})();
