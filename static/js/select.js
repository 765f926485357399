// Choosing rows: checkboxes with data-pick, and the bar (data-bulk) that says how many and what to do.

const picks = () => [...document.querySelectorAll("input[data-pick]")];
let last = null;
let every = null; // all rows that match, beyond the page, as the bulk act takes them

function show() {
  const chosen = picks().filter((box) => box.checked).length;
  for (const bar of document.querySelectorAll("[data-bulk]")) {
    bar.hidden = !chosen;
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = every?.length ?? chosen;
    const more = bar.querySelector("[data-every]");
    if (more) more.hidden = Boolean(every) || !chosen || chosen < picks().length || !hasMore();
  }
  for (const all of document.querySelectorAll("[data-pick-all]")) {
    all.checked = chosen > 0 && chosen === picks().length;
    all.indeterminate = chosen > 0 && !all.checked;
  }
}

// Rows of the list that are not on the page yet.
const hasMore = () => Boolean(document.querySelector("[data-chosen]") && document.getElementById("more-rows"));

// Asks for every row the filters of this address match.
async function chooseEvery() {
  const from = document.querySelector("[data-chosen]").dataset.chosen;
  const answer = await fetch(from + location.search, { headers: { Accept: "application/json" } });
  if (!answer.ok) return;
  every = (await answer.json()).tasks;
  show();
}

// The rows chosen beyond the page, or null while only those of the page are.
export const chosenEverywhere = () => every;

// Chooses or leaves a row; with `range`, everything from the last one on as well.
export function pick(row, range) {
  const box = row?.querySelector("input[data-pick]");
  if (!box) return false;
  every = null;
  box.checked = !box.checked;
  reach(box, range);
  return true;
}

function reach(box, range) {
  const all = picks();
  const [from, to] = [all.indexOf(last), all.indexOf(box)].sort((a, b) => a - b);
  if (range && from >= 0) for (const other of all.slice(from, to + 1)) other.checked = box.checked;
  last = box;
  show();
}

export function clearPicks() {
  const chosen = picks().filter((box) => box.checked);
  for (const box of chosen) box.checked = false;
  every = null;
  show();
  return chosen.length > 0;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-every]")) chooseEvery();
  if (event.target.matches("[data-pick], [data-pick-all]")) every = null;
  if (event.target.matches("input[data-pick]")) reach(event.target, event.shiftKey);
  if (event.target.matches("[data-pick-all]")) {
    for (const box of picks()) box.checked = event.target.checked;
    show();
  }
  if (event.target.closest("[data-clear]")) clearPicks();
});

document.addEventListener("htmx:afterSettle", show);
show();
