// How times, money and sentences are written. The page carries the sentences that the scripts use.

const catalogue = JSON.parse(document.getElementById("words").textContent);
const language = document.documentElement.lang;
const region = language === "en" ? "en-GB" : language; // 24 Nov 2026, as the pages say it
const amounts = new Intl.NumberFormat(region, { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: "always" });
const clocks = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const clocksWithSeconds = new Intl.DateTimeFormat(region, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
const days = new Intl.DateTimeFormat(region, { day: "numeric", month: "short" });
const moments = new Intl.DateTimeFormat(region, {
  day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});

/** The sentence in the reader's language, with {names} filled in. */
export function t(sentence, values = {}) {
  return (catalogue[sentence] ?? sentence).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** 31:04, or 1:31:04 from an hour on. Whole seconds, rounded down as on the bill. */
export function length(ms) {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n) => String(n).padStart(2, "0");
  const hours = Math.floor(all / 3600);
  const rest = `${two(Math.floor(all / 60) % 60)}:${two(all % 60)}`;
  return hours ? `${hours}:${rest}` : rest.replace(/^0(?=\d:)/, "");
}

/** Money as in Italy: € 35,00. The amount comes as text and is never a float. */
export const euro = (text) => `€\u00a0${amounts.format(text)}`;
export const amount = (text) => amounts.format(text);

export const clock = (at) => clocks.format(at);
export const clockWithSeconds = (at) => clocksWithSeconds.format(at);
export const moment = (at) => moments.format(at);

/** As a field of day and time has it, and back: in the reader's own zone, to the second. */
export function local(at) {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 19);
}
export const instant = (text) => new Date(text).toISOString();

/** The time of day, with the day in front when it is another one. */
export function near(at, now) {
  return new Date(at).toDateString() === new Date(now).toDateString() ? clock(at) : `${days.format(at)}, ${clock(at)}`;
}

/** 1ª, 2ª in Italian; 1st, 2nd in English. */
export function ordinal(n) {
  if (language === "it") return `${n}ª`;
  const tail = { one: "st", two: "nd", few: "rd", other: "th" };
  return `${n}${tail[new Intl.PluralRules("en", { type: "ordinal" }).select(n)]}`;
}
