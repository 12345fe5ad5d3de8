// The alerts: seen to, put off, and a test of each channel.

import { ask, Trouble } from "./api.js";
import { perform } from "./page.js";
import { t } from "./words.js";

for (const choice of document.querySelectorAll("[data-snooze]")) {
  choice.addEventListener("change", () =>
    choice.value && perform(document, () => ask("POST", `/alerts/${choice.dataset.snooze}/snooze`, { minutes: Number(choice.value) })));
}

for (const button of document.querySelectorAll("[data-test]")) {
  button.addEventListener("click", async () => {
    const said = button.parentElement.querySelector("[role=status]");
    button.disabled = true;
    said.textContent = t("sending …");
    try {
      const { delivered, trouble } = await ask("POST", `/channels/${button.dataset.test}/test`);
      said.textContent = [t(delivered ? "delivered" : "not delivered"), trouble].filter(Boolean).join(": ");
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      said.textContent = error.message;
    }
    button.disabled = false;
  });
}
