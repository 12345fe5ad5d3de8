// The quieter pages: one ruler, times in the reader's own zone, and the acts of the forms.

import { ask, Trouble } from "./api.js";
import { askAgree, askAssign } from "./dialogs.js";
import { pardon, refuse } from "./refusal.js";
import { Axis, drawScale, Ruler } from "./ruler.js";
import { clock, moment } from "./words.js";

document.querySelector(".head nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
for (const time of document.querySelectorAll("time[datetime]")) time.textContent = moment(Date.parse(time.dateTime));
for (const tick of document.querySelectorAll("tspan[data-at]")) tick.textContent = clock(Number(tick.dataset.at));
for (const row of document.querySelectorAll("tr[data-href]")) {
  row.addEventListener("click", (event) => event.target.closest("a, button") || location.assign(row.dataset.href));
}

const rulers = [...document.querySelectorAll(".ruler[data-cap]")];
if (rulers.length) {
  const axis = Axis.for(rulers.map((place) => Number(place.dataset.cap)), Number(rulers[0].dataset.unit));
  for (const place of rulers) {
    const { cap, used, begun, gaps } = place.dataset;
    const ruler = new Ruler(place);
    ruler.draw({ cap: cap === "" ? null : Number(cap), gaps: JSON.parse(gaps) }, axis);
    ruler.grow(Number(used), Number(begun));
  }
  drawScale(document.getElementById("scale"), axis);
}

/** Does it, then shows the page as it is now; what was refused is said in place. */
export async function perform(root, deed, after = () => location.reload()) {
  pardon(root);
  try {
    after(await deed());
  } catch (error) {
    if (!(error instanceof Trouble) || !refuse(root, error.message)) throw error;
  }
}

export const lead = document.querySelector("h1")?.textContent.trim();
const acts = document.querySelector("[data-intervention]");
if (acts) {
  const { intervention, seen } = acts.dataset;
  const send = (act, body) => perform(acts, () => ask("POST", `/interventions/${intervention}/${act}`, body, { "If-Match": seen }));
  const does = {
    assign: () => askAssign(intervention, lead, seen, () => location.reload()),
    agree: () => askAgree(intervention, lead, seen, () => location.reload()),
    solved: () => send("close", { outcome: "solved" }),
    unresolved: () => send("close", { outcome: "unresolved" }),
  };
  for (const button of acts.querySelectorAll("[data-do]")) {
    if (does[button.dataset.do]) button.addEventListener("click", does[button.dataset.do]);
  }
  document.getElementById("category")?.addEventListener("change", ({ target }) => send("category", { category: target.value || null }));
}

for (const button of document.querySelectorAll("[data-acknowledge]")) {
  button.addEventListener("click", () => perform(document, () => ask("POST", `/alerts/${button.dataset.acknowledge}/acknowledge`)));
}
