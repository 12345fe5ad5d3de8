// A customer's link: made, shown this once, taken back.

import { ask } from "./api.js";
import { perform } from "./page.js";
import { t } from "./words.js";

const place = document.getElementById("customer-link");
if (place) {
  const path = `/customers/${place.dataset.id}/link`;
  const shown = place.querySelector("input");
  place.querySelector("[data-make]").addEventListener("click", () =>
    perform(place, () => ask("POST", path), ({ url }) => {
      shown.value = url;
      shown.parentElement.hidden = false;
      shown.select();
      place.querySelector(".state").textContent = t("The link is good from now on; an older one is not.");
    }));
  place.querySelector("[data-take]")?.addEventListener("click", () => perform(place, () => ask("DELETE", path)));
}
