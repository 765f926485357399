// Find or do: results and most acts come from the server, which decides; what stands on the page is pressed there.
import { currentRow, isShown } from "./focus.js";
import { keyWords } from "./keyboard.js";

const WEAK = 40; // what fits worse than this is left out
const part = (id) => document.getElementById(id);
const all = () => [...part("palette").querySelectorAll("[role=option]")];
const options = () => all().filter(isShown);
const active = () => options().find((option) => option.getAttribute("aria-selected") === "true");
let presses = [];

// What an element says: its name, or each piece of text that is shown, with a space between them, without its key.
function wordsOf(element) {
  if (element.hasAttribute("aria-label")) return element.getAttribute("aria-label").trim();
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  const said = [];
  while (walker.nextNode()) {
    const { parentElement, data } = walker.currentNode;
    if (!parentElement.closest("kbd") && (element.hidden || isShown(parentElement))) said.push(data.trim());
  }
  return said.filter(Boolean).join(" ");
}

function select(option) {
  for (const other of all()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    part("pal-q").setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else part("pal-q").removeAttribute("aria-activedescendant");
}

// How well one typed word fits a text: 3 begins a word, 2 stands in it, 1 its letters in that order; 0: not.
function fit(typed, text) {
  if (text.split(/[\s,:]+/).some((word) => word.startsWith(typed))) return 3;
  if (text.includes(typed)) return 2;
  const found = text.match([...typed].map((sign) => sign.replace(/\W/g, "\\$&")).join(".*?"))?.[0];
  return typed.length > 1 && found && (typed.length * 100) / found.length > WEAK ? 1 : 0;
}

// Shows the acts that fit all that was typed, the best ones first; those that fit alike keep their order.
function sift() {
  const typed = part("pal-q").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const score = (option) => {
    const text = `${wordsOf(option)} ${option.dataset.also ?? ""}`.toLowerCase();
    const fits = typed.map((word) => fit(word, text));
    return fits.includes(0) ? -1 : fits.reduce((sum, one) => sum + one, 0);
  };
  for (const list of part("pal-acts").querySelectorAll("ul")) {
    const scored = [...list.children].map((option) => ({ option, at: Number(option.dataset.at), fits: score(option) }));
    for (const { option, fits } of scored) option.hidden = fits < 0;
    list.append(...scored.sort((a, b) => b.fits - a.fits || a.at - b.at).map(({ option }) => option));
  }
  for (const group of part("pal-acts").querySelectorAll("section")) group.hidden = !group.querySelector("li:not([hidden])");
}

// What can be pressed on this page and the server does not list: a list's own acts, Print, an export.
function gather(list) {
  const row = currentRow();
  const known = new Set([...part("pal-acts").querySelectorAll("[data-href], [data-get]")].map((one) => one.dataset.href ?? one.dataset.get));
  const inRow = row && !part("pal-group-task") ? [...row.querySelectorAll("[data-key]")] : [];
  const onPage = [...document.querySelectorAll("main [data-key], main .head .acts :is(a, button)")].filter((el) => !el.closest("[data-row]"));
  presses = [...inRow, ...onPage].filter((el) => isShown(el) && wordsOf(el) && !known.has(el.getAttribute("href")));
  list.replaceChildren(
    ...presses.map((el, at) => {
      const item = document.createElement("li");
      item.id = `pal-press-${at}`;
      item.dataset.at = at;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const icon = el.querySelector("svg")?.cloneNode(true);
      item.append(...(icon ? [icon] : []), wordsOf(el));
      if (el.dataset.key) {
        const key = document.createElement("kbd");
        key.textContent = keyWords(el.dataset.key);
        const end = document.createElement("span");
        end.className = "e";
        end.append(key);
        item.append(end);
      }
      return item;
    }),
  );
}

// Asks what this person may do with the row at hand, on this page, and where they may go.
async function listActs() {
  const row = currentRow();
  const query = new URLSearchParams();
  if (row?.id.startsWith("row-")) query.set("task", row.id.slice("row-".length));
  const patient = (row?.querySelector("a[href^='/patients/']")?.getAttribute("href") ?? location.pathname).match(/^\/patients\/([0-9a-f-]{36})\//)?.[1];
  if (patient) query.set("patient", patient);
  await htmx.ajax("GET", `${part("pal-acts").dataset.from}?${query}`, { target: "#pal-acts", swap: "innerHTML" });
  const list = part("pal-here");
  if (!list) return;
  gather(list);
  sift();
  if (!active()) select(options()[0]);
}

function run(option) {
  if (!option) return;
  const { href, get, press, by } = option.dataset;
  const row = currentRow();
  const here = option.id.startsWith("pal-press-") && presses[Number(option.dataset.at)];
  const button = here || (by && part(by)) || (press && row?.querySelector(`[data-key="${press}"]`));
  if (!button && !get) return void (href && location.assign(href));
  part("palette").close();
  if (button) button.click();
  else htmx.ajax("GET", get, { source: row ?? "body", target: "#dialog", swap: "innerHTML" });
}

function move(by) {
  const shown = options();
  select(shown[(shown.indexOf(active()) + by + shown.length) % shown.length]);
}

function clear() {
  part("pal-list").replaceChildren();
  part("pal-callers").replaceChildren(); // cards are no options: they stand above the list
}

document.addEventListener("opened", ({ target, detail }) => {
  if (target.id !== "palette") return;
  const input = part("pal-q");
  input.value = detail.typed;
  clear();
  part("pal-acts").replaceChildren();
  listActs();
  if (detail.typed) input.dispatchEvent(new Event("input", { bubbles: true }));
});

document.addEventListener("input", ({ target }) => {
  if (target.id !== "pal-q") return;
  if (!target.value.trim()) clear();
  sift();
  select(options()[0]);
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "pal-q" || event.isComposing) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
  else if (event.key === "Enter") run(active());
  else return;
  event.preventDefault();
});

document.addEventListener("click", ({ target }) => {
  const option = target.closest("#palette [role=option]");
  if (option) run(option);
});

// An answer that comes after the palette was shut would speak over what the act has to say.
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (detail.target.id === "pal-list" && !part("palette").open) detail.shouldSwap = false;
});

document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target.id === "pal-list") select(options()[0]);
});
