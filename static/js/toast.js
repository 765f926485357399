// The word said after an act, with Undo for 10 s. It waits while it is looked at.

const box = document.getElementById("toasts");

function start(toast) {
  let left = Number(toast.dataset.toast);
  const shown = toast.querySelector("[data-left]");
  const timer = setInterval(() => {
    if (!toast.isConnected) return clearInterval(timer);
    if (toast.matches(":hover, :focus-within")) return undefined;
    left -= 1;
    if (shown) shown.textContent = left;
    if (left <= 0) toast.remove();
    return undefined;
  }, 1000);
}

function startAll() {
  for (const toast of box.querySelectorAll("[data-toast]:not([data-started])")) {
    toast.dataset.started = "";
    start(toast);
  }
}

if (box) {
  startAll();
  new MutationObserver(startAll).observe(box, { childList: true, subtree: true });
  // Undo was pressed and answered: there is nothing more to take back.
  box.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (detail.successful) detail.elt.closest("[data-toast]")?.remove();
  });
}
