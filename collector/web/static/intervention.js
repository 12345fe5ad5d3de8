// One intervention: its time is split and moved by dragging or by keyboard, and what is decided about it is asked.

import { ask, stale, tagOf } from "./api.js";
import { askLink, open } from "./dialogs.js";
import { lead } from "./page.js";
import { clockWithSeconds, instant, local, t } from "./words.js";

const LEFT = 1.5; // percent, as timeline.py draws
const WIDTH = 97;
const LIFTED_PX = 26; // so far from its lane a bar is being carried away
const MOVED_PX = 4;
const SECOND = 1000;

const $ = (selector) => document.querySelector(selector);
const root = $("[data-intervention]");
const { intervention, seen } = root.dataset;
const send = (method, act, body) => ask(method, `/interventions/${intervention}${act}`, body, { "If-Match": seen });
const again = () => location.reload();
const dialog = (name) => document.getElementById(name);

// --- what is decided and written down ---

function showFor(form) {
  const what = form.elements.what.value;
  for (const field of form.querySelectorAll("[data-for]")) field.hidden = !field.dataset.for.split(" ").includes(what);
}

function decision(values, form) {
  const shown = (name) => form.elements[name].closest("label").hidden ? "" : String(values.get(name) ?? "").trim();
  const price = shown("price").replace(",", ".");
  const told = { what: values.get("what"), told: String(values.get("told") ?? "").trim() };
  if (shown("choice")) told.choice = shown("choice");
  if (shown("reason")) told.reason = shown("reason");
  if (shown("half_hours")) told.half_hours = Number(shown("half_hours"));
  if (price) told.price = /^\d+$/.test(price) ? `${price}.00` : price;
  return told;
}

const text = (values, name) => String(values.get(name) ?? "").trim() || null;
const moment = (values, name) => (values.get(name) ? instant(values.get(name)) : null);

const OPENS = {
  link: () => askLink(intervention, lead),
  decide: () => {
    const form = dialog("decide").querySelector("form");
    form.elements.what.onchange = () => showFor(form);
    showFor(form);
    open(dialog("decide"), undefined, async (values) => {
      await send("POST", "/decisions", decision(values, form));
      again();
    });
  },
  describe: () => {
    const backup = dialog("describe").querySelector("[name=backup_at]");
    if (backup.dataset.at) backup.value = local(Number(backup.dataset.at)).slice(0, 16);
    open(dialog("describe"), undefined, async (values) => {
      await send("PATCH", "", {
        problem: text(values, "problem"), notes: text(values, "notes"), backup_at: moment(values, "backup_at"),
        works_on_database: values.has("works_on_database"), critical: values.has("critical"),
      });
      again();
    });
  },
  declare: () => open(dialog("declare"), undefined, async (values) => {
    await send("POST", "/declared", {
      start: moment(values, "start"), end: moment(values, "end"), tool: values.get("tool"), told: text(values, "told"),
    });
    again();
  }),
  reopen: () => say(t("Reopen"), (said) => send("POST", "/reopen", { reason: said })),
  told: () => say(t("How was the customer told?"), (said) => send("POST", "/told", { how: said })),
};

function say(title, does) {
  dialog("say").querySelector("h2").textContent = title;
  open(dialog("say"), undefined, async (values) => {
    await does(text(values, "said"));
    again();
  });
}

for (const button of root.querySelectorAll("[data-do]")) {
  const does = OPENS[button.dataset.do];
  if (does) button.addEventListener("click", does);
}

// --- the time: split and moved ---

const drawing = $("#timeline");
const cut = $("#cut");
const told = $("#cut-at");
const from = Number(drawing?.dataset.from);
const until = Number(drawing?.dataset.until);
const reach = (bar) => [Number(bar.getAttribute("aria-valuemin")), Number(bar.getAttribute("aria-valuemax"))];

function askSplit(session, at) {
  const form = dialog("split").querySelector("form");
  form.elements.session.value = session;
  form.elements.at.value = local(at);
  open(dialog("split"), undefined, async (values) => {
    await send("POST", "/split", { session: values.get("session"), at: moment(values, "at"), into: Number(values.get("into")) || null });
    again();
  });
}

function askMove(bar, into = "") {
  const form = dialog("move").querySelector("form");
  if (bar) {
    const [first, last] = reach(bar);
    form.elements.session.value = bar.dataset.session;
    form.elements.from.value = local(first);
    form.elements.until.value = local(last + SECOND - 1); // the next whole second: what is beyond its end is nobody's
  }
  form.elements.into.value = into;
  open(dialog("move"), undefined, async (values) => {
    const target = Number(values.get("into")) || (await another());
    await send("POST", "/move", { session: values.get("session"), from: moment(values, "from"), until: moment(values, "until"), into: target });
    again();
  });
}

async function another() {
  if ((await tagOf(`/interventions/${intervention}`)) !== seen) throw stale();
  const { customer } = await ask("GET", `/interventions/${intervention}`);
  return (await ask("POST", "/interventions", { customer: customer?.id ?? null })).id;
}

/** A whole second within the bar. */
function within(bar, at) {
  const [first, last] = reach(bar);
  const second = Math.round(at / SECOND) * SECOND;
  return Math.min(Math.max(second, Math.ceil((first + 1) / SECOND) * SECOND), Math.max(first + 1, Math.floor((last - 1) / SECOND) * SECOND));
}

function show(bar, at) {
  const x = `${LEFT + (WIDTH * (at - from)) / (until - from)}%`;
  const line = cut.querySelector("line");
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
  cut.removeAttribute("hidden");
  told.hidden = false;
  told.style.setProperty("left", x);
  told.textContent = clockWithSeconds(at);
  bar.setAttribute("aria-valuenow", String(at));
  bar.setAttribute("aria-valuetext", clockWithSeconds(at));
  bar.at = at;
}

function hide() {
  cut.setAttribute("hidden", "");
  told.hidden = true;
}

function placeOf(clientX) {
  const box = drawing.getBoundingClientRect();
  return from + (((clientX - box.left) / box.width) * 100 - LEFT) * ((until - from) / WIDTH);
}

const target = (event) => document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-into]");

function drag(bar, start) {
  let carried = false;
  let moved = false;
  bar.setPointerCapture(start.pointerId);
  const follow = (event) => {
    const [dx, dy] = [event.clientX - start.clientX, event.clientY - start.clientY];
    moved ||= Math.hypot(dx, dy) > MOVED_PX;
    carried = Math.abs(dy) > LIFTED_PX;
    bar.classList.toggle("lifted", carried);
    bar.setAttribute("transform", carried ? `translate(${dx} ${dy})` : "");
    for (const each of document.querySelectorAll("#targets li")) each.classList.toggle("aimed", carried && each === target(event));
    if (carried) hide();
    else show(bar, within(bar, placeOf(event.clientX)));
  };
  const drop = (event) => {
    bar.removeEventListener("pointermove", follow);
    bar.classList.remove("lifted");
    bar.removeAttribute("transform");
    const into = carried && event.type === "pointerup" ? target(event) : null;
    for (const each of document.querySelectorAll("#targets li")) each.classList.remove("aimed");
    if (into) askMove(bar, into.dataset.into);
    else if (!carried && moved && event.type === "pointerup") askSplit(bar.dataset.session, bar.at);
  };
  bar.addEventListener("pointermove", follow);
  bar.addEventListener("pointerup", drop, { once: true });
  bar.addEventListener("pointercancel", drop, { once: true });
}

const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -60, PageUp: 60 };

function press(bar, event) {
  const [first, last] = reach(bar);
  const at = bar.at ?? (first + last) / 2;
  if (event.key in STEPS) show(bar, within(bar, at + STEPS[event.key] * SECOND * (event.shiftKey ? 10 : 1)));
  else if (event.key === "Home") show(bar, within(bar, first));
  else if (event.key === "End") show(bar, within(bar, last));
  else if (event.key === "Enter") askSplit(bar.dataset.session, within(bar, at));
  else if (event.key === "m") askMove(bar);
  else return;
  event.preventDefault();
}

for (const bar of drawing?.querySelectorAll("[role=slider]") ?? []) {
  const [first] = reach(bar);
  bar.setAttribute("aria-valuetext", clockWithSeconds(first));
  bar.addEventListener("pointerdown", (event) => event.button === 0 && drag(bar, event));
  bar.addEventListener("keydown", (event) => press(bar, event));
  bar.addEventListener("blur", hide);
}

for (const button of document.querySelectorAll("[data-part]")) {
  const bar = drawing.querySelector("[role=slider]");
  button.addEventListener("click", () => {
    if (button.dataset.part === "move") askMove(bar);
    else if (bar) askSplit(bar.dataset.session, within(bar, reach(bar).reduce((a, b) => a + b) / 2));
  });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || $("dialog[open]") || event.target.matches("input, select, textarea, [role=slider]")) return;
  const next = { j: $("#after"), k: $("#before") }[event.key];
  if (next) location.assign(next.href);
});
