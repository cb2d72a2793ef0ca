// Loaded before the style sheets, so that a chosen theme is there before the first paint.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem("portal.theme");
  } catch {
    // Storage is blocked: the page follows the device.
  }
  if (choice === "light" || choice === "dark") document.documentElement.dataset.theme = choice;
})();
