// The rows of a worklist: what each needs only with scripts is added here, and what is done leaves.
import "./call.js";
import { chosenEverywhere } from "./select.js";
import { currentRow, mainLink, makeCurrent, openDialog, put, rows } from "./focus.js";

const NEEDS_POST = { done: true };
const part = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);

function words(template, row) {
  const name = row.querySelector("[data-main]").textContent;
  const title = row.querySelector("[data-act=open]")?.textContent ?? name;
  return template.replace("NAME", name).replace("TITLE", title);
}

// The row's place for tools; a table row gets its cell here, so that none is sent without scripts.
function cell(row, name, where) {
  const there = row.querySelector(`.${name}`);
  if (there || row.tagName !== "TR") return there;
  const made = document.createElement("td");
  made.className = name;
  made.setAttribute("role", "cell");
  row[where](made);
  return made;
}

// Adds the checkbox, the icon, the row's buttons and the way to "why then?".
function dress(row) {
  if ("dressed" in row.dataset) return;
  row.dataset.dressed = "";
  const icon = part("row-icon");
  if (icon && row.dataset.k) {
    const use = icon.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace("NAME", row.dataset.k));
    row.querySelector(".act")?.prepend(icon);
  }
  cell(row, "c-pick", "prepend")?.append(part("row-pick") ?? "");
  cell(row, "c-do", "append")?.append(part("row-do") ?? "");
  for (const labeled of row.querySelectorAll("[data-label]")) {
    labeled.setAttribute("aria-label", words(labeled.dataset.label, row));
  }
  const time = row.querySelector(".c-due time");
  if (time) {
    const link = document.createElement("a");
    link.className = time.className;
    link.dataset.act = "why";
    link.href = `/tasks/${taskOf(row)}/why/`;
    time.className = "";
    time.replaceWith(link);
    link.append(time);
  }
}

const taskOf = (row) => row.id.slice("row-".length);

// A new task is for the row's patient.
function patientOf(row) {
  return row.querySelector("a[href^='/patients/']")?.getAttribute("href").split("/")[2] ?? "";
}

function act(row, name) {
  if (name === "new") {
    const url = `/tasks/new/?patient=${patientOf(row)}`;
    return htmx.ajax("GET", url, { source: row, target: "#dialog", swap: "innerHTML" });
  }
  const url = `/tasks/${taskOf(row)}/${name === "open" ? "" : `${name}/`}`;
  if (NEEDS_POST[name]) {
    const values = { version: row.dataset.v };
    return htmx.ajax("POST", url, { source: row, target: "#live", swap: "none", values });
  }
  return htmx.ajax("GET", url, { source: row, target: "#dialog", swap: "innerHTML" });
}

document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-act]");
  const row = pressed?.closest("[data-row]");
  if (row && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    act(row, pressed.dataset.act);
  }
});

// Chosen rows, as the bulk forms take them: "<task>:<version>" each.
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("[data-bulk-act]");
  if (!pressed) return;
  const chosen = rows().filter((row) => row.querySelector("input[data-pick]:checked"));
  const every = chosenEverywhere();
  if (every) { // more than an address could hold
    const values = { ask: "1", verb: pressed.dataset.bulkAct, task: every };
    htmx.ajax("POST", "/tasks/bulk/", { source: pressed, target: "#dialog", swap: "innerHTML", values });
    return;
  }
  const query = new URLSearchParams(chosen.map((row) => ["task", `${taskOf(row)}:${row.dataset.v}`]));
  query.set("verb", pressed.dataset.bulkAct);
  htmx.ajax("GET", `/tasks/bulk/?${query}`, { source: pressed, target: "#dialog", swap: "innerHTML" });
});

// Takes a row away and says its group's number anew; the focus goes to what stands in its place.
function leave(row) {
  const all = rows();
  const at = all.indexOf(row);
  const had = row.contains(document.activeElement) || document.activeElement === document.body;
  const group = row.closest("tbody");
  row.remove();
  const left = group?.querySelectorAll("[data-row]").length ?? 0;
  const count = group?.querySelector("[data-count]");
  if (count) count.textContent = left;
  if (group && !left) group.remove();
  if (!had) return;
  const next = rows()[Math.min(at, all.length - 2)];
  put(next?.querySelector("[data-main]") ?? document.querySelector("main h1"));
}

let wanted = null; // the row the focus goes back to when the list was brought anew

// Puts the focus back on a row that was brought anew, unless it stands somewhere else by now.
function refocus(id) {
  if (openDialog() || !(document.activeElement === document.body || wanted)) return;
  wanted = null;
  put(document.querySelector(`#row-${id} [data-main]`) ?? (currentRow() && mainLink(currentRow())));
}

// Brings one row anew; where it stands in another group by now, or in no worklist, the list itself.
async function renew(row, id) {
  if (!document.getElementById("worklist")) {
    const list = { target: "#do-next", select: "#do-next", swap: "outerHTML" };
    await htmx.ajax("GET", location.href, list);
    return refocus(id);
  }
  await htmx.ajax("GET", `/day/row/${id}/`, { target: row, swap: "outerHTML" });
  const now = document.getElementById(row.id);
  if (!now || now.closest("tbody").dataset.group === now.dataset.g) return refocus(id);
  return relist(id);
}

function relist(id) {
  wanted = id;
  htmx.trigger(document.body, "list-stale");
}

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (wanted && detail.target.id === "worklist") refocus(wanted);
});

function change(detail) {
  for (const id of [detail.task, ...(detail.tasks ?? [])].filter(Boolean)) {
    const row = document.getElementById(`row-${id}`);
    if (row && detail.gone) leave(row);
    else if (row) renew(row, id);
    else if (!detail.gone) relist(id);
  }
}

// After the answer's own parts are in place: htmx looks for their targets from the row that asked, and finds
// none (no toast, no word) once that row has left the page.
document.body.addEventListener("tasks-changed", ({ detail }) => setTimeout(change, 0, detail));

document.addEventListener("htmx:responseError", ({ detail }) => {
  const row = detail.target;
  if (detail.xhr.status === 404 && row?.matches?.("[data-row]")) leave(row);
});

// On the worklist the first row is at hand from the start: L, D and the others work without choosing it. On a
// patient's page they are the patient's until a row is chosen.
function dressAll() {
  for (const head of document.querySelectorAll("table[data-list] thead tr")) {
    if (head.querySelector(".c-pick") || !document.getElementById("head-pick")) continue;
    head.prepend(part("head-pick"));
    head.append(part("head-do"));
  }
  for (const row of document.querySelectorAll("[data-row]")) dress(row);
  const first = document.querySelector("#worklist [data-row]");
  if (first && !currentRow()) makeCurrent(first);
}

document.addEventListener("htmx:afterSettle", dressAll);
dressAll();
