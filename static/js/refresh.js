// Polls that never disturb: an element with data-poll asks every data-every seconds, and only while it is seen.
// Answers are out-of-band parts (counters, the "2 new" bar); 204 leaves all as it is.

const asked = new Map(); // by id: an answer may bring the element anew

function ask(element) {
  asked.set(element.id, Date.now());
  htmx.ajax("GET", element.dataset.poll, { source: element, target: element, swap: "none" }).catch(() => {});
}

function tick() {
  if (document.visibilityState !== "visible") return;
  for (const element of document.querySelectorAll("[data-poll]")) {
    const every = Number(element.dataset.every ?? 60) * 1000;
    if (Date.now() - (asked.get(element.id) ?? 0) >= every) ask(element);
  }
}

tick();
setInterval(tick, 5000);
document.addEventListener("visibilitychange", tick);

// An act says that the tray has more, or less, in it: the frame is asked at once.
document.addEventListener("tray-changed", () => {
  const shell = document.getElementById("shell");
  if (shell) ask(shell);
});
