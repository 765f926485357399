// Find or do: results come from the server, acts from what carries data-key on this page.
import { currentRow, isShown } from "./focus.js";

const dialog = document.getElementById("palette");
const input = document.getElementById("pal-q");
const hits = document.getElementById("pal-list");
const acts = document.getElementById("pal-acts");
const callers = document.getElementById("pal-callers"); // cards are no options: they stand above the list
let presses = [];

const options = () => [...dialog.querySelectorAll("[role=option]")].filter(isShown);
const active = () => dialog.querySelector("[role=option][aria-selected=true]");

const wordsOf = (element) => {
  const copy = element.cloneNode(true);
  for (const key of copy.querySelectorAll("kbd")) key.remove();
  return element.getAttribute("aria-label") ?? copy.textContent.trim();
};

function select(option) {
  for (const other of options()) other.setAttribute("aria-selected", String(other === option));
  if (option) {
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

// Lists what can be done here: the current row's acts first, then the page's.
function listActs() {
  const row = currentRow();
  const found = [...document.querySelectorAll("[data-key], [data-go]")].filter(
    (el) => isShown(el) && el.id !== "find" && (!el.closest("[data-row]") || el.closest("[data-row]") === row),
  );
  const asked = input.value.trim().toLowerCase();
  presses = found.filter((el) => wordsOf(el) && wordsOf(el).toLowerCase().includes(asked)).slice(0, 8);
  acts.replaceChildren(
    ...presses.map((el, at) => {
      const item = document.createElement("li");
      item.id = `pal-act-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      const icon = el.querySelector("svg")?.cloneNode(true);
      const key = document.createElement("kbd");
      key.textContent = el.dataset.key ?? `G ${el.dataset.go}`;
      const end = document.createElement("span");
      end.className = "e";
      end.append(key);
      item.append(...(icon ? [icon] : []), wordsOf(el), end);
      return item;
    }),
  );
}

function run(option) {
  if (!option) return;
  const act = presses[Number(option.id.replace("pal-act-", ""))];
  if (option.parentElement === acts && act) {
    dialog.close();
    act.click();
  } else if (option.dataset.href) location.assign(option.dataset.href);
}

function move(by) {
  const all = options();
  select(all[(all.indexOf(active()) + by + all.length) % all.length]);
}

if (dialog) {
  dialog.addEventListener("opened", () => {
    input.value = "";
    hits.replaceChildren();
    callers.replaceChildren();
    listActs();
    select(options()[0]);
  });
  input.addEventListener("input", () => {
    if (!input.value.trim()) {
      hits.replaceChildren();
      callers.replaceChildren();
    }
    listActs();
    select(options()[0]);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Enter") run(active());
    else return;
    event.preventDefault();
  });
  acts.addEventListener("click", ({ target }) => run(target.closest("[role=option]")));
  hits.addEventListener("click", ({ target }) => run(target.closest("[role=option]")));
  hits.addEventListener("htmx:afterSwap", () => select(options()[0]));
}
