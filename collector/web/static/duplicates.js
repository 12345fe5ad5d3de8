// Customers who may be one: before two become one, it is said what goes over.

import { ask, tagOf } from "./api.js";
import { open } from "./dialogs.js";
import "./page.js";

const dialog = document.getElementById("merge");

for (const button of document.querySelectorAll("[data-keep]")) {
  button.addEventListener("click", () => {
    const { keep, gone, lead, moves } = button.dataset;
    const seen = tagOf(`/customers/${keep}`);
    dialog.querySelector("form").reset();
    dialog.querySelector(".moves").textContent = moves;
    open(dialog, lead, async (values) => {
      const asked = { other: Number(gone), drop_periods: values.has("drop") };
      await ask("POST", `/customers/${keep}/merge`, asked, { "If-Match": await seen });
      location.reload();
    });
  });
}
