// The one script pages load. Each module wires itself to the page through data attributes.
import "./busy.js";
import "./dialog.js";
import "./drafts.js";
import "./focus.js";
import "./keyboard.js";
import "./menu.js";
import "./palette.js";
import "./refresh.js";
import "./select.js";
import { hours } from "./times.js";
import "./sheet.js";
import "./toast.js";

const root = document.documentElement;
root.dataset.js = "";

// The server keeps the theme on the profile and says so; the page follows without a reload.
document.addEventListener("theme-set", ({ detail }) => {
  root.dataset.theme = detail.theme;
});

document.addEventListener("keys-set", ({ detail }) => {
  document.body.dataset.keys = detail.keys;
});

// The token of a page left open too long was renewed: every form on it may be sent again.
document.addEventListener("token-renewed", ({ detail }) => {
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-CSRFToken": detail.token }));
  for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = detail.token;
});

// What comes out of the printer says when it was printed, in the hospital's zone.
addEventListener("beforeprint", () => {
  const foot = document.querySelector(".printed");
  if (!foot) return;
  const how = { day: "numeric", month: "long", year: "numeric", minute: "2-digit", ...hours(), timeZone: foot.dataset.zone };
  foot.querySelector("[data-printed-at]").textContent = new Intl.DateTimeFormat(root.lang, how).format(new Date());
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-print]")) window.print();
});

// Copies what a field holds and says so. Where the browser keeps the clipboard shut, the text is
// left chosen, for Ctrl C.
document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  const field = document.getElementById(button.dataset.copy);
  const said = document.getElementById(button.getAttribute("aria-describedby"));
  field.focus();
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    said.textContent = button.dataset.copied;
  } catch {
    said.textContent = button.dataset.chosen;
  }
});
