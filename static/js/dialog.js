// Drawers and questions: one native <dialog> that htmx fills. An empty answer closes it.
import { keepDrafts } from "./drafts.js";
import { comeBack, focusFirst, markRow, openDialog, put } from "./focus.js";

const host = document.getElementById("dialog");
let opener = null;

export function openById(id) {
  const dialog = document.getElementById(id);
  if (!dialog || openDialog()) return false;
  opener = document.activeElement;
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("opened"));
  focusFirst(dialog);
  return true;
}

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (openDialog() || detail.elt.hasAttribute("data-poll")) return;
  opener = detail.elt;
  markRow(opener);
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.target === host && detail.successful && !host.innerHTML.trim()) host.close();
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target !== host || !host.innerHTML.trim()) return;
  const kind = host.querySelector("[data-kind]")?.dataset.kind ?? "drawer";
  host.className = { drawer: "drawer", wide: "drawer wide", why: "drawer why", confirm: "confirm" }[kind] ?? "drawer";
  if (!host.open) host.showModal();
  focusFirst(host);
});

document.addEventListener("click", (event) => {
  const open = event.target.closest("[data-open]");
  if (open && !event.ctrlKey && !event.metaKey && openById(open.dataset.open)) event.preventDefault();
  const close = event.target.closest("[data-close]");
  if (close) close.closest("dialog")?.close();
});

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("close", () => {
    keepDrafts(dialog);
    if (dialog === host) host.replaceChildren();
    if (opener?.isConnected && opener !== document.body) put(opener);
    else if (document.activeElement === document.body) comeBack();
    opener = null;
  });
}
