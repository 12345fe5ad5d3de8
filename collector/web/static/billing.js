// A month's bills: issued one by one or all that are ready, taken back, and the progress of a closing.

import { ask, Trouble } from "./api.js";
import { open } from "./dialogs.js";
import { perform } from "./page.js";
import { euro, t } from "./words.js";

const LOOK_AGAIN_MS = 700;
const place = document.getElementById("close");
const month = place.dataset.month;
const progress = document.getElementById("progress");
const again = () => location.reload();

/** Until the closing has ended; then the page is shown as it is. */
async function follow() {
  progress.hidden = false;
  const { closing } = await ask("GET", `/months/${month}`);
  if (!closing?.running) return again();
  progress.max = Math.max(1, closing.customers);
  progress.value = closing.done;
  setTimeout(follow, LOOK_AGAIN_MS);
}

if (!progress.hidden) follow();

place.querySelector("[data-close-month]")?.addEventListener("click", () =>
  open(document.getElementById("close-month"), undefined, async () => {
    await ask("POST", `/months/${month}/close`);
    follow();
  }));

for (const button of document.querySelectorAll("[data-issue]")) {
  button.addEventListener("click", () => perform(place, () => ask("POST", "/statements", { month, customer: Number(button.dataset.issue) })));
}

/** A line of a statement, ticked unless a credit note has taken it back already. */
function choice(line) {
  const box = Object.assign(document.createElement("input"), {
    type: "checkbox", name: "line", value: String(line.line), checked: !line.credited_by, disabled: Boolean(line.credited_by),
  });
  const why = document.documentElement.lang === "it" ? line.why_it : line.why;
  const told = line.credited_by ? t("taken back by {number}", { number: line.credited_by }) : euro(line.amount);
  const label = document.createElement("label");
  label.append(box, `${t("no. {n}", { n: line.intervention })} · ${why}`, Object.assign(document.createElement("small"), { textContent: told }));
  const item = document.createElement("li");
  item.append(label);
  return item;
}

for (const button of document.querySelectorAll("[data-credit]")) {
  const { credit: number, seen } = button.dataset;
  const dialog = document.getElementById("credit");
  const list = dialog.querySelector(".choices");
  button.addEventListener("click", () => {
    list.replaceChildren();
    const shown = ask("GET", `/statements/${number}/lines`).then(({ lines }) => list.replaceChildren(...lines.map(choice)));
    shown.catch(() => {}); // told when it is sent
    open(dialog, number, async (values) => {
      await shown;
      const chosen = [...list.querySelectorAll("input:enabled:checked")].map((box) => Number(box.value));
      if (!chosen.length) throw new Trouble(t("Tick what is to be taken back."));
      const all = chosen.length === list.querySelectorAll("input:enabled").length;
      await ask("POST", `/statements/${number}/credit`, { reason: values.get("reason").trim(), lines: all ? null : chosen }, { "If-Match": seen });
      again();
    });
  });
}
