// A file that is too large is said at once, before a slow line carries it for nothing.

const said = document.createElement("ul");
said.className = "errorlist";

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.type !== "file") return;
  const most = Number(target.dataset.most);
  const file = target.files?.[0];
  said.remove();
  target.setCustomValidity("");
  if (!file || !most || file.size <= most) return;
  const words = document.createElement("li");
  words.textContent = target.dataset.tooLarge;
  said.replaceChildren(words);
  target.after(said);
  target.value = "";
});
