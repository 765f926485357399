// Drawers and questions: one native <dialog> that htmx fills. An empty answer closes it.
import { keepDrafts } from "./drafts.js";
import { comeBack, focusFirst, markRow, openDialog, put } from "./focus.js";

const host = document.getElementById("dialog");
let opener = null;

let typed = null; // what is typed while a dialog is on its way: it belongs into its first field

document.addEventListener(
  "keydown",
  (event) => {
    if (typed === null || event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) return;
    typed += event.key;
    event.preventDefault();
    event.stopImmediatePropagation();
  },
  true,
);

function show(dialog, text) {
  dialog.showModal();
  dialog.dispatchEvent(new CustomEvent("opened", { bubbles: true, detail: { typed: text } }));
  focusFirst(dialog);
}

// The palette and the list of keys come with their first use on a page, not with every page.
async function bring(id, address) {
  const from = opener;
  typed = "";
  await htmx.ajax("GET", address, { target: "body", swap: "beforeend" });
  const [dialog, text] = [document.getElementById(id), typed];
  [typed, opener] = [null, from];
  if (dialog && !openDialog()) show(dialog, text);
}

// Opens a dialog of the page, or one that a [data-open] says the address of; false where there is none.
export function openById(id) {
  if (openDialog()) return false;
  if (typed !== null) return true;
  const dialog = document.getElementById(id);
  const address = document.querySelector(`[data-open="${id}"][data-part]`)?.dataset.part;
  if (!dialog && !address) return false;
  opener = document.activeElement;
  if (dialog) show(dialog, "");
  else bring(id, address);
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

// It does not bubble; on its way down it is heard of dialogs that came later, too.
document.addEventListener(
  "close",
  ({ target }) => {
    keepDrafts(target);
    if (target === host) host.replaceChildren();
    if (opener?.isConnected && opener !== document.body) put(opener);
    else if (document.activeElement === document.body) comeBack();
    opener = null;
  },
  true,
);
