// The call drawer: shows what the choices ask for, and proposes what comes next.

function value(form, name) {
  return form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
}

// "how=message|letter": whether the choice is one of these.
function fits(form, condition) {
  const [name, wanted] = condition.split("=");
  return wanted.split("|").includes(value(form, name));
}

function show(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    part.hidden = !fits(form, part.dataset.when);
    // what is not shown is not chosen
    if (part.hidden) for (const choice of part.querySelectorAll("[name=outcome]:checked")) choice.checked = false;
  }
}

function open(form) {
  const chosen = form.querySelector("[name=how]:checked")?.closest("label");
  const head = form.querySelector("details.how summary");
  if (chosen && head) head.firstChild.textContent = chosen.textContent.trim();
  for (const part of form.querySelectorAll("[data-open-when]")) if (fits(form, part.dataset.openWhen)) part.open = true;
}

// Only "reached" proposes to close the task; everything else proposes the next attempt.
function propose(form) {
  const outcome = value(form, "outcome");
  if (!outcome) return;
  const reached = form.dataset.reached.split(" ").includes(outcome);
  const wanted = reached ? ["done", "nothing"] : ["proposed", "hour"];
  const choice = wanted.map((code) => form.querySelector(`[name=what_next][value=${code}]`)).find(Boolean);
  if (choice) choice.checked = true;
}

function ready(form) {
  if ("ready" in form.dataset) return;
  form.dataset.ready = "";
  show(form);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest("form[data-call]");
  if (!form) return;
  if (target.name === "outcome") propose(form);
  if (target.name === "how") open(form);
  show(form);
});

const readyAll = () => document.querySelectorAll("form[data-call]").forEach(ready);
document.addEventListener("htmx:afterSettle", readyAll);
readyAll();
