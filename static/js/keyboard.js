// The keyboard map. Pages declare it: data-key on what a key presses, data-row on rows, data-go on places.
import { openById } from "./dialog.js";
import { currentRow, isShown, mainLink, makeCurrent, openDialog, put, rows } from "./focus.js";
import { clearPicks, pick } from "./select.js";

const FIELDS = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";
const WAIT = 1500; // ms that G waits for the second key
let going = 0;

// The person's own map, where it is another than the usual: what is pressed for what, and whether with Alt Shift.
const { chords = false, moved = {} } = JSON.parse(document.body.dataset.keymap || "{}");
const meant = Object.fromEntries(Object.entries(moved).map(([shortcut, key]) => [key, shortcut]));

// The shortcut a key stands for: one that was moved away leaves its own key without meaning.
const meaning = (key) => meant[key] ?? (key in moved ? "" : key);

// How a shortcut is written for this person, as the server writes it in its hints.
export const keyWords = (shortcut) => (chords ? "Alt Shift " : "") + (moved[shortcut] ?? shortcut);

// With Alt Shift some layouts send another sign; the place of the key says which it is.
function strokeOf({ key, code, altKey }) {
  if (key.length > 1) return key;
  const place = altKey && !/^[a-z]$/i.test(key) && code.match(/^(?:Key|Digit)(\w)$/)?.[1];
  return (place || (altKey && { Slash: "/", Space: " " }[code]) || key).toUpperCase();
}

// Presses what carries the key: in the row first, then in what was just said (Undo), else on the page.
function press(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`;
  const inRow = currentRow()?.querySelector(wanted);
  // what the page shows comes before a closed menu: T beside a patient's name is for that patient
  const all = [...document.querySelectorAll(wanted)].filter((el) => !el.closest("[data-row]"));
  const isInMenu = (el) => el.closest("[data-pop]:not([open])");
  const onPage = all.find((el) => isShown(el) && !isInMenu(el)) ?? all.find(isInMenu);
  const found = inRow ?? document.querySelector(`#toasts ${wanted}`) ?? onPage;
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
  const all = [...(scope?.querySelectorAll(`[data-choice-key="${CSS.escape(key)}"]`) ?? [])];
  const found = all.find(isShown) ?? all[0];
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

function plain(event, pressed) {
  if (going && Date.now() < going) return go(pressed);
  const key = meaning(pressed);
  if (key === "J" || key === "K") return step(key === "J" ? 1 : -1);
  if (key === "X") return pick(currentRow(), event.shiftKey && !chords);
  if (key === "G") return Boolean((going = Date.now() + WAIT));
  if (key === "Escape") return clearPicks();
  if (key === " ") return event.target.closest("button, summary, input") ? false : press("Space");
  return Boolean(key) && press(key);
}

// What one stroke does; true if it did something.
function act({ key, shiftKey, command, target }) {
  const dialog = openDialog();
  if (command) return key === "Enter" ? save(target) : key === "K" && !shiftKey && openById("palette");
  if (dialog) return choose(key, dialog);
  return choose(key, document.querySelector("main form")) || plain({ shiftKey, target }, key);
}

// While a drawer is on its way, keys typed ahead wait for it: L 1 Ctrl+Enter works at any speed.
let ahead = null;

document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target.id === "dialog" && !openDialog()) ahead = [];
});

document.addEventListener("htmx:afterRequest", ({ detail }) => {
  if (detail.target.id === "dialog" && !openDialog()) ahead = null;
});

// Only now htmx knows the form in the drawer; before, pressing Save would leave the page.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.target.id !== "dialog" || !ahead) return;
  // after the request has ended: what it ends must not end what the strokes begin
  setTimeout(() => {
    const strokes = ahead ?? [];
    ahead = null;
    for (const stroke of strokes) act({ ...stroke, target: document.activeElement });
  });
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || (event.repeat && event.key === "Enter")) return;
  const key = strokeOf(event);
  const stroke = { key, shiftKey: event.shiftKey, command: event.ctrlKey || event.metaKey, target: event.target };
  if (!(stroke.command && (key === "Enter" || key === "K"))) {
    const asChord = event.altKey && event.shiftKey;
    if (stroke.command || (event.altKey && !(chords && asChord)) || event.target.closest(FIELDS)) return;
    if (chords && !asChord && key !== "Escape") return;
    if (document.body.dataset.keys === "off" && key !== "Escape") return;
  }
  if (ahead && key !== "Escape" && key !== "Tab") {
    ahead.push(stroke);
    event.preventDefault();
  } else if (act(stroke)) event.preventDefault();
});
