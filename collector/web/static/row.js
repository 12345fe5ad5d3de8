// One session on the wall: its cells are made once, and each is touched only when what it says changes.

import { Ruler } from "./ruler.js";
import { clock, euro, length, near, ordinal, t } from "./words.js";

const URGENCY = ["over", "not-entitled", "near", "unknown", "within", "excluded", "exempt"];
const FREE = new Set(["exempt", "excluded", "not-entitled"]);
const TICKED = new Set(["within", "near", "over"]);

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...children);
  return element;
}

function say(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

export class Row {
  /** `act(action, row)` is called when one of its buttons is pressed. */
  constructor(id, act) {
    this.id = id;
    this.act = act;
    this.name = make("a", "customer");
    this.sub = make("div", "sub");
    const place = make("div", "ruler");
    place.setAttribute("role", "img");
    this.place = place;
    this.ruler = new Ruler(place);
    this.long = make("b");
    this.left = make("small");
    this.next = make("div");
    this.chip = make("span", "chip");
    this.deeds = make("span", "deeds");
    this.more = make("button", "more", "⋯");
    this.more.type = "button";
    this.more.addEventListener("click", () => this.act("more", this));
    this.buttons = make("td", "act", make("div", "", this.deeds, this.more));
    this.element = make("tr", "", ...this.cells(place));
    this.element.id = `s-${id}`;
    this.element.setAttribute("role", "row");
    this.element.tabIndex = -1;
  }

  cells(place) {
    const cells = [
      make("td", "who", this.name, this.sub),
      make("td", "axis", place),
      make("td", "time", this.long, this.left),
      make("td", "next", this.next, make("div", "", this.chip)),
      this.buttons,
    ];
    cells.forEach((cell) => cell.setAttribute("role", "cell"));
    return cells;
  }

  /** What the collector says now; `may` are the acts that the reader may do. */
  hear(told, axis, may) {
    this.told = told;
    this.axis = axis;
    this.may = may;
    this.name.href = `/interventions/${told.intervention}`;
    say(this.name, told.customer?.name ?? t("Unknown"));
    this.more.setAttribute("aria-label", t("More about {who}", { who: this.name.textContent }));
    this.ruler.draw({ cap: told.cap_ms, gaps: told.gaps }, axis);
    this.writeSub();
    this.writeNext();
    this.writeButtons();
  }

  /** The connection time at this instant of the collector's clock. */
  used(now) {
    return this.told.connected_ms + (this.told.ticking ? Math.max(0, now - this.told.as_of) : 0);
  }

  /** Where it stands at this instant; between two words of the collector the page goes on by the same rule. */
  standing(now) {
    const { standing, cap_ms: cap, near_ms: nearMs } = this.told;
    if (cap === null || !TICKED.has(standing)) return standing;
    const used = Math.floor(this.used(now) / 1000) * 1000;
    if (used > cap) return "over";
    return used >= cap - nearMs ? "near" : "within";
  }

  /** Writes what is to be seen; of a row that is out of sight only where it stands, unless all is wanted. */
  tick(now, all = false) {
    const used = this.used(now);
    const standing = this.standing(now);
    if (this.out && !all) {
      if (standing !== this.stood || this.stateShown !== this.told.state) this.wear(standing);
      return;
    }
    const shown = Math.floor(used / 1000);
    if (shown === this.shown && standing === this.stood && this.told === this.drawn) return;
    Object.assign(this, { shown, drawn: this.told });
    say(this.long, length(used));
    say(this.left, this.leftWords(used, now));
    this.ruler.grow(used, this.told.half_hours);
    if (standing !== this.stood || this.stateShown !== this.told.state) this.wear(standing);
  }

  wear(standing) {
    this.stood = standing;
    this.stateShown = this.told.state;
    const silent = this.told.state === "silent" ? " silent" : "";
    this.element.className = `${standing}${FREE.has(standing) || this.told.cap_ms === null ? " free" : ""}${silent}`;
    this.element.dataset.state = this.told.state;
    this.place.setAttribute("aria-label", t(STANDINGS[standing] ?? standing));
  }

  leftWords(used, now) {
    const { cap_ms: cap, state, as_of: asOf } = this.told;
    if (state === "silent") return t("seen until {time}", { time: near(asOf, now) });
    if (state === "paused") return t("disconnected for now");
    if (cap === null) return t("no limit");
    const over = Math.floor(used / 1000) * 1000 - cap;
    return over > 0 ? t("{length} beyond", { length: length(over) }) : t("{length} left", { length: length(Math.ceil(-over / 1000) * 1000) });
  }

  writeSub() {
    const { tool_name: tool, peer, peer_name: peerName, nth, service, actions, technician, marks, state, evidence } = this.told;
    const parts = [tool, peer ?? t("peer not told")];
    if (peerName && peerName !== peer) parts.push(peerName);
    if (service === "previous-version") parts.push(t("previous version"));
    if (nth > 1) parts.push(t("connection no. {n}, same problem", { n: nth }));
    if (evidence === "declared") parts.push(t("declared by hand"));
    if (marks.includes("tunnelled")) parts.push(t("through a tunnel"));
    if (this.told.critical) parts.push(t("critical work"));
    if (state === "silent") parts.push(t("agent silent"));
    if (actions.length || state === "silent") parts.push(technician);
    this.sub.replaceChildren(...parts.map((text) => make("span", "", text)));
    this.sub.title = parts.join(" · ");
  }

  writeNext() {
    this.next.replaceChildren(...withBold(this.fact()));
    const [kind, words] = this.chipWords();
    this.chip.className = `chip ${kind}`;
    this.chip.hidden = !words;
    say(this.chip, words);
    this.chip.title = words;
  }

  /** What happens next, as a fact; what stands between * is set in bold. */
  fact() {
    const { standing, service, next, half_hours: begun, overtime, cost } = this.told;
    if (standing === "unknown") return t("Nothing is billed until assigned");
    if (standing === "exempt") return t("Always included, never charged");
    if (standing === "excluded") return t("Not covered by the terms: to be decided");
    if (standing === "not-entitled") return t("No contract: to be decided");
    if (service === "file-recovery") return t("File recovery, price to be agreed");
    const at = next?.at ? clock(next.at) : null;
    if (begun > 0 && Number(overtime) === 0) return t("Beyond the limit, overtime may not be sold");
    if (begun > 0) {
      const now = t("{nth} half hour: *{money}*", { nth: ordinal(begun), money: euro(overtime) });
      return at && next.amount ? `${now} · ${t("{nth} at *{time}*", { nth: ordinal(begun + 1), time: at }).replaceAll(" ", "\u00a0")}` : now;
    }
    if (next?.kind === "decision") return at ? t("Limit at *{time}*, then a decision", { time: at }) : t("At the limit a decision");
    if (at && next.amount) return t("From *{time}*: *{money}*", { time: at, money: euro(next.amount) });
    if (next?.amount) return t("Beyond the limit: *{money}*", { money: euro(next.amount) });
    return t("So far *{money}*", { money: euro(cost) });
  }

  chipWords() {
    const { state, consent, flags, standing, service } = this.told;
    if (state === "silent") return ["", t("not confirmed")];
    if (flags.includes("overtime-not-sellable")) return ["over", t("no contract: nothing may be sold")];
    if (service === "previous-version" && this.told.next?.kind === "decision") return ["near", t("no contract: no overtime")];
    if (consent.agreed) return ["good", t("agreed: {how}, {time}", { how: howWords(consent.how), time: consent.at ? clock(consent.at) : "" })];
    if (flags.includes("overtime-not-agreed")) return ["over", t("nobody has agreed")];
    if (standing === "unknown") return ["odd", t("unknown peer")];
    if (flags.includes("excluded-work") || standing === "not-entitled") return ["over", t("supervisor decides")];
    return ["", ""];
  }

  writeButtons() {
    const wanted = this.told.actions.filter((action) => action === "decide" || this.may.has(action));
    const key = wanted.join();
    if (key === this.buttonsShown) return;
    this.buttonsShown = key;
    this.deeds.replaceChildren(
      ...wanted.map((action, i) => {
        const button = make("button", i ? "" : "first", t(ACTIONS[action]));
        button.type = "button";
        button.dataset.action = action;
        button.addEventListener("click", () => this.act(action, this));
        return button;
      }),
    );
  }

  /** What the filter looks at. */
  matches(query) {
    const { customer, tool_name: tool, peer, peer_name: peerName, technician } = this.told;
    const text = [customer?.name ?? t("Unknown"), tool, peer, peerName, technician].join(" ").toLowerCase();
    return query.toLowerCase().split(/\s+/).every((word) => text.includes(word));
  }

  /** Most urgent first; equals by the time to the cap, then by their number, so that nothing flickers. */
  rank(now) {
    const silent = this.told.state === "silent" ? 10 : 0;
    const place = URGENCY.indexOf(this.standing(now));
    const left = (this.told.cap_ms ?? Number.MAX_SAFE_INTEGER / 2) - this.used(now);
    return [silent && place > 3 ? silent : place, Math.floor(left / 5_000), this.told.intervention, this.id];
  }
}

export const ACTIONS = {
  assign: "Assign",
  agree: "Customer agrees",
  "new-intervention": "Another problem",
  decide: "Decide",
};

const STANDINGS = {
  within: "within the limit",
  near: "near the limit",
  over: "over the limit",
  unknown: "to be assigned",
  "not-entitled": "no contract: to be decided",
  exempt: "never charged",
  excluded: "not covered",
};
export const standingWords = (standing) => t(STANDINGS[standing] ?? standing);

const HOW = { phone: "on the phone", "e-mail": "by e-mail", message: "by message", "in-person": "in person" };
export const howWords = (how) => (HOW[how] ? t(HOW[how]) : (how ?? ""));

function withBold(text) {
  return text.split("*").map((piece, i) => (i % 2 ? make("b", "", piece) : document.createTextNode(piece)));
}
