// Lists leave the full words of an instant out of each row: they are said when a time is pointed at or focused.
const zone = () => document.querySelector(".printed")?.dataset.zone;
const WORDS = { weekday: "long", day: "numeric", month: "long", year: "numeric", minute: "2-digit", timeZoneName: "short" };

// 24 hours, or 12 where the profile says so.
export const hours = () => (document.documentElement.dataset.hours === "12" ? { hour: "numeric", hour12: true } : { hour: "2-digit", hourCycle: "h23" });

function say(time) {
  const at = new Date(time.dateTime);
  if (Number.isNaN(at.getTime())) return;
  time.title = new Intl.DateTimeFormat(document.documentElement.lang, { ...WORDS, ...hours(), timeZone: zone() }).format(at);
}

for (const kind of ["pointerover", "focusin"]) {
  document.addEventListener(kind, ({ target }) => {
    const around = target.closest?.("time, [data-row] td, [data-row] a");
    for (const time of around?.matches("time") ? [around] : (around?.querySelectorAll("time") ?? [])) if (!time.title) say(time);
  });
}
