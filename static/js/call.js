// The call drawer: shows what the choices ask for, and proposes what comes next.

function value(form, name) {
  return form.querySelector(`[name="${name}"]:checked`)?.value ?? "";
}

function show(form) {
  for (const part of form.querySelectorAll("[data-when]")) {
    const [name, wanted] = part.dataset.when.split("=");
    part.hidden = value(form, name) !== wanted;
  }
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
  show(form);
});

const readyAll = () => document.querySelectorAll("form[data-call]").forEach(ready);
document.addEventListener("htmx:afterSettle", readyAll);
readyAll();
