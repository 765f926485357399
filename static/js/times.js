// Lists leave the full words of an instant out of each row: they are said when a time is pointed at or focused.
const zone = () => document.querySelector(".printed")?.dataset.zone;
const WORDS = { weekday: "long", day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };

function say(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) return;
  time.title = new Intl.DateTimeFormat(document.documentElement.lang, { ...WORDS, timeZone: zone() }).format(at);
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => {
    const around = target.closest?.("time, [data-row] td, [data-row] a");
    for (const time of around?.matches("time") ? [around] : (around?.querySelectorAll("time") ?? [])) if (!time.title) say(time);
  });
}
