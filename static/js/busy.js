// While the server works, and when it does not answer: nothing typed is lost, and it is said in place.
import { openDialog } from "./focus.js";

const words = document.body.dataset;
const SLOW = 300; // ms before the bar shows
const AGAIN = 5; // seconds before a failed save is sent again
const slow = new WeakMap();
const last = new WeakMap(); // what sent a form last
const twice = new WeakSet(); // forms sent again under a renewed token

const isPoll = (element) => element.hasAttribute("data-poll");
const writes = (detail) => detail.requestConfig.verb !== "get";

function pressed({ elt, requestConfig }) {
  if (elt.matches("button")) return elt;
  return requestConfig.triggeringEvent?.submitter ?? elt.querySelector?.("button:not([type=button])");
}

// A place for a message that can be seen: inside the open dialog, or above the page.
function slot() {
  const dialog = openDialog();
  if (!dialog) return document.getElementById("said");
  let place = dialog.querySelector(".said");
  if (!place) {
    place = document.createElement("div");
    place.className = "said";
    place.setAttribute("role", "alert");
    const body = dialog.querySelector(".db");
    if (body) body.prepend(place);
    else dialog.append(place);
  }
  return place;
}

function tell(text) {
  const note = document.createElement("p");
  note.className = "note late";
  note.textContent = text;
  slot().replaceChildren(note);
  return note;
}

// Says that it was not saved, counts down, and sends the same form again.
function again(element) {
  let left = AGAIN;
  const note = tell(words.offline.replace("%s", left));
  const timer = setInterval(() => {
    if (!note.isConnected || !element.isConnected) return clearInterval(timer);
    left -= 1;
    note.textContent = words.offline.replace("%s", left);
    if (left > 0) return undefined;
    clearInterval(timer);
    note.remove();
    htmx.trigger(element, element.matches("form") ? "submit" : "click");
    return undefined;
  }, 1000);
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (isPoll(detail.elt)) return;
  const button = writes(detail) && pressed(detail);
  if (button) {
    button.dataset.busy = words.saving;
    button.setAttribute("aria-disabled", "true");
    last.set(detail.elt, button);
  }
  const target = detail.target;
  target.setAttribute("aria-busy", "true");
  slow.set(target, setTimeout(() => target.classList.add("slow"), SLOW));
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (isPoll(detail.elt)) return;
  for (const button of document.querySelectorAll("[data-busy]")) {
    delete button.dataset.busy;
    button.removeAttribute("aria-disabled");
  }
  // where it was meant to go: a refusal is shown elsewhere, and what waited must not stay busy
  const target = detail.requestConfig.target ?? detail.target;
  clearTimeout(slow.get(target));
  target.removeAttribute("aria-busy");
  target.classList.remove("slow");
  if (detail.xhr?.status !== 403) twice.delete(detail.elt);
  if (detail.successful && writes(detail)) document.getElementById("said").replaceChildren();
});

// Nothing was taken, only because the token of the page was of an older session: the same press goes once more by itself.
document.addEventListener("token-renewed", ({ target }) => {
  if (!last.has(target) || twice.has(target)) return;
  twice.add(target);
  setTimeout(() => last.get(target).click());
});

// A second press while the first is on its way does nothing.
for (const kind of ["click", "submit"]) {
  document.addEventListener(kind, (event) => {
    const button = kind === "click" ? event.target.closest("[data-busy]") : event.target.querySelector("[data-busy]");
    if (!button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

// Where a refusal goes: into the dialog, so that it never takes the place of a row.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  const host = document.getElementById("dialog");
  const { status } = detail.xhr;
  const element = detail.requestConfig?.elt ?? detail.elt;
  if (isPoll(element)) {
    detail.shouldSwap = detail.shouldSwap && status < 400;
  } else if (status >= 400 && detail.xhr.getResponseHeader("HX-Retarget") === "#said") {
    detail.target = slot();
    detail.swapOverride = "innerHTML";
  } else if (status === 503) {
    detail.shouldSwap = false;
    if (writes(detail)) again(element);
  } else if (status === 403 || status === 409 || (status === 422 && host.contains(element))) {
    detail.target = host;
    detail.swapOverride = "innerHTML";
  }
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, ({ detail }) => {
    if (isPoll(detail.elt)) return;
    if (writes(detail)) again(detail.elt);
    else tell(words.unreached);
  });
}

document.addEventListener("htmx:responseError", ({ detail }) => {
  if (!isPoll(detail.elt)) tell(detail.xhr.status === 404 ? words.gone : words.broken);
});
