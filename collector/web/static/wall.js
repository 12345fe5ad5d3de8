// The live page. The collector says what changed; between its words the page ticks by itself.

import { tagOf } from "./api.js";
import { askAgree, askAnother, askAssign, askCritical, askEnd, askLink, askMore, showKeys } from "./dialogs.js";
import { Line } from "./line.js";
import { Notices } from "./notice.js";
import { Row, standingWords } from "./row.js";
import { Axis, drawScale, Ruler } from "./ruler.js";
import { showInTab } from "./tab.js";
import { amount, clockWithSeconds, euro, length, near, t } from "./words.js";

const TICK_MS = 250;
const MOST_RECENT = 10;
const $ = (selector) => document.querySelector(selector);
const body = $("#rows");
const may = new Set((document.body.dataset.may ?? "").split(" "));
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const mine = $("#wall").dataset.mine ? new Set(JSON.parse($("#wall").dataset.mine)) : null; // the PCs of whoever looks
const rows = new Map();
let axis = null;
let said = null; // the collector's clock when it spoke last, and ours
let chosen = null;
let under = null; // the row under the pointer stays where it is
const where = new URLSearchParams(location.search);
const filter = { q: where.get("q") ?? "", show: where.get("show") ?? "", wall: where.get("wall") ?? "" };
const ours = new Set(); // the interventions that stood on this page
const notices = new Notices($("#sound"), $("#note"), (alert) => !mine || ours.has(alert.intervention));
const sight = new IntersectionObserver(seen, { rootMargin: "200px" });

const now = () => (said ? said.at + performance.now() - said.heard : Date.now());
const live = () => document.body.dataset.line === "live";

// --- what the collector says ---

function hear(message) {
  said = { at: message.now, heard: performance.now() };
  if (mine) message = { ...message, rows: (message.rows ?? []).filter((row) => mine.has(row.technician)), recent: null };
  if (message.type === "all") {
    const told = new Set(message.rows.map((row) => row.id));
    for (const id of [...rows.keys()]) if (!told.has(id)) remove(id);
  }
  for (const id of message.gone ?? []) remove(id);
  for (const row of message.rows ?? []) put(row, message.type === "changes");
  if (message.summary) count(message.summary);
  if (message.recent) showRecent(message.recent);
  if (message.type !== "pulse") settle();
  tick();
}

function put(told, fresh) {
  let row = rows.get(told.id);
  if (!row) {
    row = new Row(told.id, act);
    rows.set(told.id, row);
    body.append(row.element);
    sight.observe(row.element);
  }
  const isNew = !row.told;
  ours.add(told.intervention);
  row.hear(told, axis ?? new Axis(), may);
  row.tick(now());
  if (isNew && fresh) {
    row.element.classList.add("arrives");
    announce(t("New session: {who}", { who: row.name.textContent }));
  }
}

/** Only what is in sight is written anew each second. */
function seen(entries) {
  for (const { target, isIntersecting } of entries) {
    const row = rows.get(target.id.slice(2));
    if (row) row.out = !isIntersecting && !target.hidden;
  }
}

function remove(id) {
  const element = rows.get(id)?.element;
  if (element) sight.unobserve(element);
  element?.remove();
  rows.delete(id);
  if (chosen === id) choose(null);
  if (under === id) under = null;
}

/** One axis for all, then the order, the filter and what stands where nothing is. */
function settle() {
  const all = [...rows.values()];
  const wanted = Axis.for(all.map((row) => row.told.cap_ms ?? 0), all[0]?.told.unit_ms);
  if (!wanted.same(axis)) {
    axis = wanted;
    drawScale($("#scale"), axis);
    for (const row of all) row.hear(row.told, axis, may);
    all.forEach((row) => (row.drawn = null));
  }
  sort();
  sieve();
}

function sort() {
  const at = now();
  const ranks = new Map([...rows.values()].map((row) => [row, row.rank(at)]));
  const order = [...rows.values()].sort((a, b) => compare(ranks.get(a), ranks.get(b)));
  const held = rows.get(under);
  if (held) {
    const stood = [...body.children].indexOf(held.element);
    order.splice(order.indexOf(held), 1);
    order.splice(stood, 0, held);
  }
  if (order.every((row, i) => body.children[i] === row.element)) return;
  glide(() => order.forEach((row, i) => body.children[i] === row.element || body.insertBefore(row.element, body.children[i] ?? null)));
}

function compare(a, b) {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

/** Rows travel to their new place, so that the eye can follow. Focus goes with them. */
function glide(move) {
  const focused = document.activeElement;
  const few = rows.size <= 60 && !calm.matches && !document.hidden;
  const before = few ? new Map([...body.children].map((row) => [row, row.offsetTop])) : null;
  move();
  if (body.contains(focused) && document.activeElement !== focused) focused.focus({ preventScroll: true });
  for (const row of few ? body.children : []) {
    const by = before.get(row) - row.offsetTop;
    if (by) row.animate([{ transform: `translateY(${by}px)` }, { transform: "none" }], { duration: 260, easing: "ease-out" });
  }
}

// --- filter: lives in the address ---

function shown(row) {
  if (filter.q && !row.matches(filter.q)) return false;
  if (!filter.show) return true;
  return filter.show === "silent" ? row.told.state === "silent" : row.stood === filter.show;
}

function sieve() {
  let visible = 0;
  for (const row of rows.values()) {
    const show = shown(row);
    visible += show;
    if (row.element.hidden === show) row.element.hidden = !show;
  }
  $("#wall").hidden = rows.size === 0 || visible === 0;
  $("#nothing-found").hidden = rows.size === 0 || visible > 0;
  $("#empty").hidden = rows.size > 0 || !said;
  $("#below").hidden = rows.size === 0;
  for (const button of document.querySelectorAll("[data-show]")) {
    button.setAttribute("aria-pressed", String(button.dataset.show === filter.show && filter.show !== ""));
  }
}

function setFilter(change) {
  Object.assign(filter, change);
  const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
  history.replaceState(null, "", query.size ? `?${query}` : location.pathname);
  $("#q").value = filter.q;
  dress();
  sieve();
}

/** For a screen on the wall: nothing but the sessions, large. */
function dress() {
  document.body.classList.toggle("wallscreen", filter.wall === "1");
  $("#wallscreen").setAttribute("aria-pressed", String(filter.wall === "1"));
}

function turnWall(on) {
  setFilter({ wall: on ? "1" : "" });
  if (on) document.documentElement.requestFullscreen?.().catch(() => {});
  else if (document.fullscreenElement) document.exitFullscreen();
  stayAwake();
}

/** The screen does not go dark while it hangs on the wall. */
function stayAwake() {
  if (filter.wall && !document.hidden) navigator.wakeLock?.request("screen").catch(() => {});
}

// --- counts, title, what ended lately ---

function count(summary) {
  for (const [name, value] of Object.entries({
    live: summary.live, near: summary.near, over: summary.over, unknown: summary.unknown, silent: summary.silent_agents,
  })) {
    const place = document.querySelector(`[data-count=${name}]`);
    place.querySelector("b").textContent = value;
    place.toggleAttribute("data-none", value === 0);
  }
  $("[data-count=silent]").lastChild.textContent = t(summary.silent_agents === 1 ? "silent agent" : "silent agents");
  $("#overtime").textContent = euro(summary.overtime_today);
  const any = Number(summary.overtime_today) > 0;
  $("#overtime-split").textContent = any
    ? t("{agreed} agreed · {open} to confirm", { agreed: amount(summary.overtime_agreed), open: amount(summary.overtime_open) })
    : "";
  $("#made-up").hidden = !summary.demo;
  notices.follow(summary.newest_alert);
}

function title() {
  let over = 0;
  for (const row of rows.values()) over += row.stood === "over";
  showInTab(over);
}

function showRecent(recent) {
  $("#recent").hidden = recent.length === 0;
  const scale = Axis.for(recent.map((one) => one.cap_ms ?? 0));
  $("#recent tbody").replaceChildren(...recent.slice(0, MOST_RECENT).map((one) => recentRow(one, scale)));
}

function recentRow(one, scale) {
  const row = $("#recent template").content.firstElementChild.cloneNode(true);
  const put = (name, text) => (row.querySelector(`[data-is=${name}]`).textContent = text);
  const link = row.querySelector("a");
  link.href = `/interventions/${one.intervention}`;
  link.textContent = one.customer?.name ?? t("Unknown");
  put("tool", [one.tool_name, one.peer].filter(Boolean).join(" · "));
  put("ended", near(one.ended_at, now()));
  put("long", length(one.connected_ms));
  put("cost", one.customer ? euro(one.cost) : "–");
  const ruler = new Ruler(row.querySelector(".ruler"));
  ruler.draw({ cap: one.cap_ms }, scale);
  ruler.grow(one.connected_ms, one.half_hours);
  const over = one.cap_ms !== null && Math.floor(one.connected_ms / 1000) * 1000 > one.cap_ms;
  row.className = one.customer ? (one.cap_ms === null ? "free" : over ? "over" : "") : "unknown";
  return row;
}

// --- time goes by ---

function tick() {
  const at = now();
  if (live()) {
    let changed = false;
    for (const row of rows.values()) {
      const before = row.stood;
      row.tick(at);
      if (before !== row.stood) {
        changed = true;
        if (before) announce(`${row.name.textContent}: ${standingWords(row.stood)}`);
      }
    }
    if (changed) {
      sort();
      sieve();
    }
    title();
  }
  const clock = clockWithSeconds(at);
  if ($("#clock").textContent !== clock) $("#clock").textContent = clock;
}

function announce(text) {
  $("#announce").textContent = text;
}

function tell(state) {
  document.body.dataset.line = state;
  document.body.classList.toggle("stale", state === "lost");
  const link = $("#link");
  link.dataset.line = state;
  link.textContent = t(state === "live" ? "live now" : "not connected");
  const lost = $("#lost");
  lost.hidden = state !== "lost";
  if (state === "lost") {
    lost.querySelector("span").textContent = said
      ? t("Connection lost at {time}. What you see stands still and is not confirmed; the page joins again by itself.", { time: clockWithSeconds(now()) })
      : t("The collector does not answer yet; the page tries again by itself.");
  }
}

// --- acts, by pointer and by keyboard ---

const seenOf = (row) => tagOf(`/interventions/${row.told.intervention}`);

const DEEDS = {
  assign: (row, lead) => askAssign(row.told.intervention, lead, seenOf(row)),
  agree: (row, lead) => askAgree(row.told.intervention, lead, seenOf(row)),
  link: (row, lead) => askLink(row.told.intervention, lead),
  "new-intervention": (row, lead) => askAnother(row.id, lead),
  critical: (row, lead) => askCritical(row.told.intervention, lead, row.told.critical, seenOf(row)),
  end: (row, lead) => askEnd(row.id, lead, () => announce(t("The end of the session is asked for."))),
  open: (row) => location.assign(row.name.href),
  decide: (row) => location.assign(row.name.href),
  more: (row, lead) => askMore(lead, possible(row).map(({ name, words, key }) => ({ words, key, does: () => act(name, row) }))),
};

/** What may be done about this session now, by this reader. */
function possible(row) {
  const { cap_ms: cap, consent, customer, critical, state } = row.told;
  const asks = customer && cap !== null && !consent.agreed;
  return [
    { name: "assign", key: "a", words: t(customer ? "Another customer" : "Assign"), if: may.has("assign") },
    { name: "agree", key: "c", words: t("Customer agrees"), if: asks && may.has("agree") },
    { name: "link", key: "l", words: t("Ask the customer by a link"), if: asks && may.has("agree") },
    { name: "new-intervention", key: "n", words: t("Another problem"), if: may.has("new-intervention") },
    { name: "critical", key: "x", words: t(critical ? "No longer critical" : "Critical work"), if: may.has("describe") },
    { name: "end", key: "e", words: t("End the session"), if: state === "live" && may.has("end") },
    { name: "open", key: "", words: t("Open the intervention"), if: true },
  ].filter((each) => each.if);
}

function act(action, row) {
  const { customer, tool_name: tool, peer, peer_name: peerName } = row.told;
  DEEDS[action](row, [customer?.name, tool, peer, peerName].filter(Boolean).join(" · "));
}

function choose(id) {
  rows.get(chosen)?.element.removeAttribute("aria-selected");
  chosen = id;
  const element = rows.get(id)?.element;
  element?.setAttribute("aria-selected", "true");
  element?.scrollIntoView({ block: "nearest" });
}

function step(by) {
  const visible = [...body.children].filter((row) => !row.hidden).map((row) => row.id.slice(2));
  if (!visible.length) return;
  const at = visible.indexOf(chosen);
  choose(visible[at < 0 ? (by > 0 ? 0 : visible.length - 1) : Math.min(visible.length - 1, Math.max(0, at + by))]);
}

function actOnChosen(action) {
  const row = rows.get(chosen);
  if (row && (action === "more" || possible(row).some(({ name }) => name === action))) act(action, row);
}

const KEYS = {
  j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
  Enter: () => chosen && location.assign(rows.get(chosen).name.href),
  a: () => actOnChosen("assign"), c: () => actOnChosen("agree"), n: () => actOnChosen("new-intervention"),
  l: () => actOnChosen("link"), x: () => actOnChosen("critical"), e: () => actOnChosen("end"), m: () => actOnChosen("more"),
  w: () => turnWall(!filter.wall),
  "/": () => $("#q").focus(), "?": showKeys,
  Escape: () => (filter.wall ? turnWall(false) : (choose(null), setFilter({ q: "", show: "" }))),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.matches("input, select, textarea")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (event.key === "Enter" && event.target.matches("a, button")) return;
  const does = KEYS[event.key];
  if (!does) return;
  event.preventDefault();
  does();
});
body.addEventListener("pointerover", (event) => (under = event.target.closest("tr")?.id.slice(2) ?? null));
body.addEventListener("pointerleave", () => {
  under = null;
  sort();
});
body.addEventListener("click", (event) => {
  if (!event.target.closest("a, button")) choose(event.target.closest("tr")?.id.slice(2) ?? null);
});
$("#q").value = filter.q;
dress();
stayAwake();
document.addEventListener("visibilitychange", stayAwake);
addEventListener("beforeprint", () => {
  for (const row of rows.values()) row.tick(now(), true);
});
$("#wallscreen").addEventListener("click", () => turnWall(!filter.wall));
$("#q").addEventListener("input", ({ target }) => setFilter({ q: target.value.trim() }));
$("#show-keys").addEventListener("click", showKeys);
$("#again").addEventListener("click", () => line.now());
$("#clear").addEventListener("click", () => setFilter({ q: "", show: "" }));
for (const button of document.querySelectorAll("[data-show]")) {
  button.addEventListener("click", () => setFilter({ show: filter.show === button.dataset.show ? "" : button.dataset.show }));
}

setInterval(tick, TICK_MS);
const line = new Line("/live", hear, tell);
