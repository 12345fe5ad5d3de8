// A month's bills: issued one by one or all that are ready, taken back, and the progress of a closing.

import { ask } from "./api.js";
import { open } from "./dialogs.js";
import { perform } from "./page.js";

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

for (const button of document.querySelectorAll("[data-credit]")) {
  const number = button.dataset.credit;
  button.addEventListener("click", () =>
    open(document.getElementById("credit"), number, async (values) => {
      await ask("POST", `/statements/${number}/credit`, { reason: values.get("reason").trim() });
      again();
    }));
}
