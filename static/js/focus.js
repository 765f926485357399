// Where the focus goes when what had it is gone: the row, the next row, the head of the lane, the page head.

export const rows = () => [...document.querySelectorAll("[data-row]")].filter(isShown);

export const isShown = (element) => element.getClientRects().length > 0;

export const openDialog = () => document.querySelector("dialog[open]");

export const mainLink = (row) => row.querySelector("[data-main]") ?? row.querySelector("a, button");

let mark = null;

// Remembers the row of an element, and its place in the list, before anything is swapped.
export function markRow(element) {
  const row = element?.closest?.("[data-row]");
  if (row) mark = { id: row.id, index: rows().indexOf(row) };
}

export function makeCurrent(row) {
  for (const other of document.querySelectorAll("[data-row].cur")) other.classList.toggle("cur", other === row);
  row.classList.add("cur");
}

export function currentRow() {
  const focused = document.activeElement?.closest("[data-row]");
  return focused ?? document.querySelector("[data-row].cur");
}

// Puts the focus on the marked row, or on what stands in its place now.
export function comeBack() {
  const all = rows();
  const row = (mark?.id && document.getElementById(mark.id)) || all[Math.min(mark?.index ?? 0, all.length - 1)];
  const back = mark ? row : currentRow();
  if (back) {
    makeCurrent(back);
    put(mainLink(back));
  } else {
    put(document.querySelector("main .grp [tabindex]") ?? document.querySelector("main h1"));
  }
  mark = null;
}

export function put(element) {
  if (!element) return;
  if (element.tabIndex < 0 && !element.hasAttribute("tabindex")) element.tabIndex = -1;
  element.focus();
}

// The first thing to fill in: the summary of what is wrong, what asks for it, the first field, the head.
export function focusFirst(scope) {
  const fields = "input:not([type=hidden]):not(:disabled), select, textarea";
  const choices = [".errs", ".refused", "[autofocus]", fields, "h2", "button"];
  for (const choice of choices) {
    const found = [...scope.querySelectorAll(choice)].find(isShown);
    if (!found) continue;
    // of a group of radios, the chosen one is the one that takes the focus
    put(found.type === "radio" ? (scope.querySelector(`[name="${CSS.escape(found.name)}"]:checked`) ?? found) : found);
    return;
  }
}

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest("[data-row]");
  if (row) makeCurrent(row);
});

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (openDialog()) return;
  const summary = detail.elt?.querySelector?.(".errs");
  if (summary) put(summary);
  else if (mark && (!document.activeElement || document.activeElement === document.body)) comeBack();
});
