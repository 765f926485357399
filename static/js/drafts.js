// What is being typed is kept on the server, never in the browser. <form data-draft="call" data-subject="uuid">.

const PAUSE = 800; // ms of quiet before a draft is sent
const waiting = new Map();

export const token = () => JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"];

async function keep(form) {
  waiting.delete(form);
  const address = form.dataset.draftUrl ?? document.body.dataset.drafts.replace("FORM", form.dataset.draft);
  if (!address) return;
  const body = new FormData(form);
  for (const [name, value] of [...body]) {
    if (name === "csrfmiddlewaretoken" || name.startsWith("base:") || value instanceof File) body.delete(name);
  }
  if (form.dataset.subject) body.set("subject_id", form.dataset.subject);
  const said = form.querySelector("[data-draft-said]");
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "X-CSRFToken": token(), "HX-Request": "true" },
      keepalive: true,
    });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (said && answer.status < 500) said.textContent = page.body.textContent.trim();
    if (!("kept" in form.dataset)) document.dispatchEvent(new CustomEvent("tray-changed"));
    form.dataset.kept = "";
  } catch {
    // no network: the next pause in typing tries again, and the typing stays in the form
  }
}

// Sends at once what still waits inside an element, before it goes away.
export function keepDrafts(scope) {
  for (const [form, timer] of waiting) {
    if (!scope.contains(form)) continue;
    clearTimeout(timer);
    keep(form);
  }
}

function later({ target }) {
  const form = target.closest?.("form[data-draft]");
  if (!form) return;
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => keep(form), PAUSE));
}

document.addEventListener("input", later);

// Saving makes the draft needless: what still waits must not come after it.
document.addEventListener("submit", ({ target }) => {
  clearTimeout(waiting.get(target));
  waiting.delete(target);
}, true);

addEventListener("pagehide", () => keepDrafts(document));
