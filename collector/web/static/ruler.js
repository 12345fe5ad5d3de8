// The one picture of Mezzora: a bar grows towards the cap, and every cap lies on the same line.
// Positions are handed to the style sheet as custom properties; nothing here knows a colour.

import { length, t } from "./words.js";

const LINE = 1 / 3; // of the width; the style sheet's --cap-line
const USUAL_REACH_MS = 30 * 60_000;

/** What the axis spans: `reach` before the cap line, twice as much behind it. */
export class Axis {
  constructor(reachMs = USUAL_REACH_MS, unitMs = USUAL_REACH_MS) {
    this.reach = reachMs;
    this.unit = unitMs;
  }

  /** Wide enough for the longest of these caps. Caps of minutes share one axis, so that it does not jump about. */
  static for(caps, unitMs = USUAL_REACH_MS) {
    const longest = Math.max(0, ...caps);
    const short = longest > 0 && longest < USUAL_REACH_MS / 3;
    return new Axis(short ? longest : Math.max(longest, USUAL_REACH_MS), unitMs);
  }

  share(ms) {
    return (LINE * ms) / this.reach;
  }

  /** Where a moment so far from the cap lies: 0 left edge, 1 right edge. */
  place(fromCapMs) {
    return LINE + this.share(fromCapMs);
  }

  same(other) {
    return other && other.reach === this.reach && other.unit === this.unit;
  }

  halves() {
    const count = Math.min(12, Math.floor((2 * this.reach) / this.unit));
    return Array.from({ length: count }, (_, i) => (i + 1) * this.unit);
  }
}

function part(kind, values = {}) {
  const span = document.createElement("span");
  span.className = kind;
  for (const [name, value] of Object.entries(values)) span.style.setProperty(name, value.toFixed(5));
  return span;
}

/** Draws one row's ruler. `grow` moves the bar; all else stays until the row itself changes. */
export class Ruler {
  constructor(place) {
    this.place = place;
    this.drawn = "";
  }

  draw({ cap, gaps = [] }, axis) {
    this.cap = cap;
    this.axis = axis;
    this.drawn = "";
    const track = part("track");
    this.bar = part("bar included");
    this.extra = part("bar extra");
    this.owed = part("owed");
    const halves = axis.halves().map((ms) => part("half", { "--at": axis.place(ms) }));
    this.place.style.setProperty("--cap", axis.share(cap ?? 0).toFixed(5));
    this.place.style.setProperty("--from", axis.place((-axis.reach * 2) / 3).toFixed(5));
    this.place.replaceChildren(...halves, track, this.owed, this.bar, this.extra, ...this.notches(gaps), part("dots"));
  }

  notches(gaps) {
    return gaps.map(([position, long]) => {
      const from = this.cap === null ? position - (this.axis.reach * 2) / 3 : position - this.cap;
      const notch = part("gap", { "--at": this.axis.place(from), "--long": Math.min(0.03, this.axis.share(long)) });
      notch.title = t("A gap of {length}: nobody saw it, it is not counted", { length: length(long) });
      return notch;
    });
  }

  /** The bar at this connection time; `units` half hours begun are owed in full. */
  grow(usedMs, units = 0) {
    const cap = this.cap ?? Infinity;
    const room = this.cap === null ? 1 - this.axis.place((-this.axis.reach * 2) / 3) : 1 - LINE;
    const included = Math.min(this.axis.share(Math.min(usedMs, cap)), this.cap === null ? room : 1).toFixed(4);
    const out = this.axis.share(Math.max(0, usedMs - cap));
    const extra = Math.min(out, room).toFixed(4);
    const owed = Math.min(this.axis.share(units * this.axis.unit), room).toFixed(4);
    const drawn = `${included} ${extra} ${owed}`;
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    const style = this.place.style;
    style.setProperty("--in", included);
    style.setProperty("--out", extra);
    style.setProperty("--owed", owed);
    style.setProperty("--end", String(this.cap === null ? 0 : LINE - this.axis.share(this.cap) + Number(included) + Number(extra)));
    this.place.classList.toggle("beyond", out > room);
  }
}

/** The scale in the head of the table, in minutes (in seconds where the caps are that short). */
export function drawScale(place, axis) {
  const minutes = axis.reach >= 3 * 60_000;
  const inUnit = (ms) => Math.round(ms / (minutes ? 60_000 : 1000));
  const ticks = [1, 2 / 3, 1 / 3].map((share) => {
    const tick = part("tick", { "--at": axis.place(-axis.reach * share) });
    tick.textContent = `−${inUnit(axis.reach * share)}`;
    return tick;
  });
  const cap = part("tick cap", { "--at": LINE });
  cap.textContent = t("limit");
  const halves = axis.halves().slice(0, 3).map((ms) => {
    const where = axis.place(ms);
    const tick = part(where > 0.97 ? "tick last" : "tick", { "--at": where });
    tick.textContent = `+${inUnit(ms)}${where > 0.97 || axis.halves().length < 2 ? (minutes ? " min" : " s") : ""}`;
    return tick;
  });
  place.replaceChildren(...ticks, cap, ...halves);
}
