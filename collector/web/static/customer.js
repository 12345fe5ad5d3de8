// One customer: his form, whose lists are rows that come and go; the terms that he accepted; his link.

import { ask } from "./api.js";
import "./link.js";
import { perform } from "./page.js";

const form = document.getElementById("customer");
const value = (root, name) => root.querySelector(`[name=${name}]`).value.trim();
const list = (name) => form.querySelector(`[data-list=${name}]`);
const rows = (name, ...fields) =>
  [...list(name).children].map((row) => Object.fromEntries(fields.map((field) => [field, value(row, field) || null])));
const filled = (name, ...fields) => rows(name, ...fields).filter((row) => Object.values(row).some(Boolean));

for (const button of form.querySelectorAll("[data-add]")) {
  button.addEventListener("click", () => {
    const place = list(button.dataset.add);
    place.append(form.querySelector(`[data-row=${button.dataset.add}]`).content.cloneNode(true));
    place.lastElementChild.querySelector("input, select").focus();
  });
}
form.addEventListener("click", ({ target }) => {
  const row = target.closest("[data-remove]")?.closest("li");
  if (!row) return;
  const place = row.parentElement;
  row.remove();
  form.querySelector(`[data-add=${place.dataset.list}]`).focus();
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const tax = [...document.querySelectorAll("#tax input")].map(({ name }) => [name, value(form, name) || null]);
  const told = {
    name: value(form, "name"),
    code: value(form, "code") || null,
    edition: value(form, "edition") || null,
    language: value(form, "language"),
    note: value(form, "note"),
    tax: Object.fromEntries(tax),
    contracts: rows("contracts", "from", "until"),
    suspensions: filled("suspensions", "from", "until", "why").map((row) => ({ ...row, why: row.why ?? "" })),
    versions: rows("versions", "from", "version"),
    peers: filled("peers", "tool", "peer").map(({ tool, peer }) => ({ tool: tool ?? "", peer: peer ?? "" })),
    emails: filled("emails", "email").map(({ email }) => email),
  };
  const { id, seen } = form.dataset;
  const save = () => (id ? ask("PATCH", `/customers/${id}`, told, { "If-Match": seen }) : ask("POST", "/customers", told));
  perform(form, save, () => location.assign("/customers"));
});

const terms = document.querySelector("#terms form");
terms?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { version, text, who, channel, at } = terms.elements;
  const told = { version: version.value.trim(), who: who.value.trim(), channel: channel.value, text: await text.files[0].text() };
  if (at.value) told.at = new Date(at.value).toISOString();
  const place = document.getElementById("terms");
  perform(place, () => ask("POST", `/customers/${place.dataset.id}/terms`, told, { "If-Match": form.dataset.seen }));
});
