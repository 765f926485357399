// The assignment sheet: a number gives the marked bed to that nurse, and the next bed without one follows.
import { mainLink, makeCurrent, put, rows } from "./focus.js";

const sheet = document.querySelector("[data-sheet]");
let marked = null;
const choice = (row) => row.querySelector("select");

function next(from) {
  const all = rows();
  const at = all.indexOf(from);
  const ahead = [...all.slice(at + 1), ...all.slice(0, at + 1)];
  return ahead.find((row) => !choice(row).value) ?? null;
}

function words(count) {
  return count === 1 ? sheet.dataset.one : sheet.dataset.counts.replace("%s", count);
}

function tell() {
  const counts = new Map();
  for (const row of rows()) counts.set(choice(row).value, (counts.get(choice(row).value) ?? 0) + 1);
  for (const button of sheet.querySelectorAll("[data-nurse]")) {
    const count = button.querySelector("[data-count]");
    if (count) count.textContent = words(counts.get(button.dataset.nurse) ?? 0);
  }
  const asked = sheet.querySelector("[data-asked]");
  if (asked && marked) asked.textContent = sheet.dataset.asks.replace("%s", marked.dataset.words);
}

function mark() {
  makeCurrent(marked);
  put(mainLink(marked));
  marked.scrollIntoView({ block: "nearest" });
  tell();
}

if (sheet) {
  sheet.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-nurse]");
    if (!button || !marked) return;
    choice(marked).value = button.dataset.nurse;
    // moved at once, so that keys typed ahead meet the right bed; shown after the key map's own focus
    marked = next(marked) ?? marked;
    setTimeout(mark);
  });
  sheet.addEventListener("change", tell);
  sheet.addEventListener("focusin", ({ target }) => {
    marked = target.closest("[data-row]") ?? marked;
    tell();
  });
  marked = rows().find((row) => !choice(row).value) ?? rows()[0] ?? null;
  if (marked) mark();
}
