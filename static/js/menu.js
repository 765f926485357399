// <details data-pop>: closes on Escape, on a press elsewhere, and when another opens.

const open = () => document.querySelectorAll("details[data-pop][open]");

document.addEventListener("click", ({ target }) => {
  for (const menu of open()) if (!menu.contains(target) || target.closest(".menu a, .menu button")) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    menu.open = false;
    menu.querySelector("summary").focus();
    event.preventDefault();
  }
});
