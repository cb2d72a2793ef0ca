// What the matrices share: the keys that move, Ctrl+Z, and the way back to a cell when the page is loaded anew.
window.grids = (() => {
  "use strict";

  const STEP = 10; // rows that Page up and Page down go
  const LEFT = "portal.grid.left";

  // Where a key leads from a row and a column; null: it does not move. The caller keeps it within the grid.
  function moved(event, { row, column }) {
    const ends = event.ctrlKey || event.metaKey;
    const to = {
      ArrowUp: [ends ? 0 : row - 1, column],
      ArrowDown: [ends ? Infinity : row + 1, column],
      ArrowLeft: [row, ends ? 0 : column - 1],
      ArrowRight: [row, ends ? Infinity : column + 1],
      Home: [ends ? 0 : row, 0],
      End: [ends ? Infinity : row, Infinity],
      PageUp: [row - STEP, column],
      PageDown: [row + STEP, column],
    }[event.key];
    return to ? { row: to[0], column: to[1] } : null;
  }

  // Take the last save back, as long as its message offers that.
  function undo() {
    const offered = [...document.querySelectorAll("#toasts [data-undo]")].at(-1);
    offered?.click();
    return Boolean(offered);
  }

  // To take a save back loads the page anew: one goes on where the grid was left.
  function leave(key) {
    try {
      sessionStorage.setItem(LEFT, `${location.pathname} ${key}`);
    } catch {
      // no storage in this browser: the page begins at its top
    }
  }

  function left() {
    try {
      const [path, key] = (sessionStorage.getItem(LEFT) ?? "").split(" ");
      sessionStorage.removeItem(LEFT);
      return path === location.pathname ? (key ?? "") : "";
    } catch {
      return "";
    }
  }

  return { moved, undo, leave, left };
})();
