// The keyboard map. Pages declare it: data-key on what a key presses, data-row on rows, data-go on places.
import { openById } from "./dialog.js";
import { currentRow, isShown, mainLink, makeCurrent, openDialog, put, rows } from "./focus.js";
import { clearPicks, pick } from "./select.js";

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
const WAIT = 1500; // ms that G waits for the second key
let going = 0;

// Presses what carries the key: in the row first, else on the page.
function press(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const inRow = currentRow()?.querySelector(wanted);
  const onPage = [...document.querySelectorAll(wanted)].find((el) => !el.closest("[data-row]") && isShown(el));
  const found = inRow ?? onPage;
  found?.click();
  return Boolean(found);
}

function step(by) {
  const all = rows();
  if (!all.length) return false;
  const at = all.indexOf(currentRow());
  const row = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
  makeCurrent(row);
  put(mainLink(row));
  row.scrollIntoView({ block: "nearest" });
  return true;
}

// In a drawer, or a form on a page of its own: 1-4, 0, A-C choose.
function choose(key, scope) {
  const found = scope?.querySelector(`[data-choice-key="${CSS.escape(key)}"]`);
  if (!found) return false;
  found.click();
  found.focus();
  return true;
}

function save(target) {
  const form = target.closest("form") ?? openDialog()?.querySelector("form[data-draft], form[hx-post]");
  const button = form?.querySelector("[data-save]") ?? form?.querySelector("button:not([type=button])");
  button?.click();
  return Boolean(button);
}

function go(key) {
  going = 0;
  const place = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
  place?.click();
  return Boolean(place);
}

function plain(event, key) {
  if (going && Date.now() < going) return go(key);
  if (key === "J" || key === "K") return step(key === "J" ? 1 : -1);
  if (key === "X") return pick(currentRow(), event.shiftKey);
  if (key === "G") return Boolean((going = Date.now() + WAIT));
  if (key === "Escape") return clearPicks();
  if (key === " ") return event.target.closest("button, summary, input") ? false : press("Space");
  return press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.repeat && event.key === "Enter") return;
  const key = event.key.length === 1 ? event.key.toUpperCase() : event.key;
  const command = event.ctrlKey || event.metaKey;
  let done = false;
  if (command && key === "Enter") done = save(event.target);
  else if (command && key === "K" && !event.shiftKey && !event.altKey) done = openById("palette");
  else if (command || event.altKey || event.target.closest(FIELDS)) return;
  else if (document.body.dataset.keys === "off" && key !== "Escape") return;
  else if (openDialog()) done = choose(key, openDialog());
  else done = choose(key, document.querySelector("main form")) || plain(event, key);
  if (done) event.preventDefault();
});
