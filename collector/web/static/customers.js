// The customers: a sheet of them is looked at first, then taken in.

import { Trouble, upload } from "./api.js";
import { open } from "./dialogs.js";
import "./page.js";
import { t } from "./words.js";

const MOST_TOLD = 20;
const dialog = document.getElementById("sheet");

document.getElementById("import-sheet")?.addEventListener("click", () => {
  const form = dialog.querySelector("form");
  const file = form.elements.file;
  const first = form.querySelector("button.first");
  let looked = null; // the file that was looked at, and may be taken in
  const reset = () => {
    looked = null;
    first.textContent = t("Look at it");
    dialog.querySelector(".told").textContent = "";
    dialog.querySelector(".faults").replaceChildren();
  };
  form.reset();
  reset();
  file.onchange = reset;
  open(dialog, undefined, async () => {
    const sheet = file.files[0];
    if (looked === sheet) {
      await upload("/customers/import", sheet);
      location.reload();
      return;
    }
    const would = await upload("/customers/import?dry_run=true", sheet);
    dialog.querySelector(".told").textContent = t("{added} new, {changed} changed, {unchanged} as they are", would);
    dialog.querySelector(".faults").replaceChildren(...would.problems.slice(0, MOST_TOLD).map(fault));
    if (!would.problems.length) {
      looked = sheet;
      first.textContent = t("Take it in");
    }
    throw new Trouble(would.problems.length ? t("Problems: {n}. Nothing of it is taken in.", { n: would.problems.length }) : "");
  });
});

function fault({ line, column, problem }) {
  const item = document.createElement("li");
  item.textContent = `${t("line {n}", { n: line })}${column ? `, ${column}` : ""}: ${problem}`;
  return item;
}
