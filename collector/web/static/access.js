// Who may come in: users, their roles and links, sign-ins, agents. What an act is stands on its button.

import { ask } from "./api.js";
import { perform } from "./page.js";
import { t } from "./words.js";

const $ = (selector) => document.querySelector(selector);

/** Whether he means it. */
function sure(told, act) {
  const dialog = $("#sure");
  dialog.querySelector(".lead").textContent = told;
  dialog.querySelector("[value=yes]").textContent = act;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((settle) => (dialog.onclose = () => settle(dialog.returnValue === "yes")));
}

for (const button of document.querySelectorAll("[data-call]")) {
  button.addEventListener("click", async () => {
    const { method, call, body, sure: told } = button.dataset;
    if (told && !(await sure(told, button.textContent))) return;
    await perform(document, () => ask(method, call, body ? JSON.parse(body) : undefined));
  });
}

for (const choice of document.querySelectorAll("[data-user]")) {
  const before = choice.value;
  choice.addEventListener("change", () =>
    perform(document, async () => {
      try {
        await ask("PATCH", `/users/${choice.dataset.user}`, { role: choice.value });
      } catch (error) {
        choice.value = before;
        throw error;
      }
    }));
}

/** What is handed on and shown this once; then the page as it is now. */
function show(title, text) {
  const dialog = $("#link-shown");
  const field = dialog.querySelector("input");
  dialog.querySelector("h2").textContent = title;
  field.value = text;
  dialog.querySelector(".copy").onclick = async ({ target }) => {
    field.select();
    await navigator.clipboard?.writeText(text); // only where the page came encrypted, or from this computer
    target.textContent = t("Copied");
  };
  dialog.onclose = () => location.reload();
  dialog.showModal();
  field.select();
}

const showLink = ({ user, url }) => show(t("The link for {name}", { name: user.name }), url);
const enrol = (name, root = document) => perform(root, () => ask("POST", "/agents", { name }), ({ command }) => show(t("Enrol {name}", { name }), command));

for (const button of document.querySelectorAll("[data-enrol]")) button.addEventListener("click", () => enrol(button.dataset.enrol));

$("#new-agent")?.addEventListener("submit", (event) => {
  event.preventDefault();
  enrol(event.target.elements.name.value.trim(), event.target);
});

for (const choice of document.querySelectorAll("[data-agent]")) {
  choice.addEventListener("change", () => perform(document, () => ask("PATCH", `/agents/${choice.dataset.agent}`, { user: Number(choice.value) || null })));
}

for (const button of document.querySelectorAll("[data-invite]")) {
  button.addEventListener("click", () => perform(document, () => ask("POST", `/users/${button.dataset.invite}/invitation`), showLink));
}

$("#new-user")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, role } = event.target.elements;
  perform(event.target, () => ask("POST", "/users", { name: name.value.trim(), role: role.value }), showLink);
});

$("#new-token")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { name, role } = event.target.elements;
  perform(event.target, () => ask("POST", "/tokens", { name: name.value.trim(), role: role.value }), ({ name: called, secret }) => {
    for (const lead of document.querySelectorAll("[data-of]")) lead.hidden = lead.dataset.of !== "token";
    show(t("The token {name}", { name: called }), secret);
  });
});

$("#new-password")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { before, password } = event.target.elements;
  perform(event.target, () => ask("PUT", "/me/password", { before: before.value, password: password.value }), () => {
    event.target.reset();
    event.target.querySelector(".done").textContent = t("It is changed.");
  });
});
