// The questions that an act asks. Each stands in the page as a <dialog>; here it gets its life.

import { ask, Trouble } from "./api.js";
import { t } from "./words.js";

const $ = (root, selector) => root.querySelector(selector);

/** Opens the dialog; its form is sent by `send(values)`, and what that refuses is shown in place. */
function open(dialog, lead, send) {
  const form = $(dialog, "form");
  const trouble = $(dialog, ".trouble");
  const place = $(dialog, ".lead");
  if (lead !== undefined && place) place.textContent = lead;
  trouble.textContent = "";
  const back = document.activeElement;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const first = $(form, "button.first");
    first.disabled = true;
    trouble.textContent = "";
    try {
      await send(new FormData(form));
      dialog.close();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      trouble.textContent = error.message;
    } finally {
      first.disabled = false;
    }
  };
  dialog.onclose = () => back?.isConnected && back.focus();
  dialog.showModal();
}

for (const button of document.querySelectorAll("dialog [data-close]")) {
  button.addEventListener("click", () => button.closest("dialog").close());
}

/** Whose session is it? Learnt for the next time. */
export function askAssign(intervention, lead, done = () => {}) {
  const dialog = document.getElementById("assign");
  const form = $(dialog, "form");
  form.reset();
  const search = $(dialog, "[name=q]");
  const fresh = $(dialog, ".fresh");
  fresh.hidden = true;
  $(dialog, ".choices").hidden = false;
  const toggle = $(dialog, "[data-fresh]") ?? {};
  toggle.onclick = () => {
    fresh.hidden = !fresh.hidden;
    $(dialog, ".choices").hidden = !fresh.hidden;
    const chosen = $(dialog, "[name=customer]:checked");
    if (chosen) chosen.checked = false;
    if (!fresh.hidden) {
      $(fresh, "[name=name]").value = search.value;
      $(fresh, "[name=name]").focus();
    }
  };
  let asked = 0;
  const look = async () => {
    const mine = ++asked;
    const found = await ask("GET", `/customers?limit=50&q=${encodeURIComponent(search.value.trim())}`).catch(() => null);
    if (mine === asked && found) showCustomers($(dialog, ".choices"), found.items);
  };
  let waiting;
  search.oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  };
  search.onkeydown = (event) => {
    if (event.key === "ArrowDown") {
      event.preventDefault();
      $(dialog, "[name=customer]")?.focus();
    }
  };
  look();
  open(dialog, lead, async (values) => {
    await ask("POST", `/interventions/${intervention}/assign`, { customer: await chosenCustomer(values, fresh) });
    done();
  });
  search.focus();
}

async function chosenCustomer(values, fresh) {
  if (!fresh.hidden) {
    const made = await ask("POST", "/customers", {
      name: values.get("name"),
      contract: values.get("contract") === "yes",
      version: values.get("version"),
    });
    return made.id;
  }
  const chosen = values.get("customer");
  if (!chosen) throw new Trouble(t("Choose a customer, or add a new one."));
  return Number(chosen);
}

function showCustomers(list, customers) {
  list.replaceChildren(
    ...customers.map((customer) => {
      const radio = document.createElement("input");
      Object.assign(radio, { type: "radio", name: "customer", value: String(customer.id) });
      const what = document.createElement("small");
      what.textContent = `${t(customer.contract ? "contract" : "no contract")} · ${t(customer.version === "current" ? "current version" : "previous version")}`;
      const label = document.createElement("label");
      label.append(radio, customer.name, what);
      const item = document.createElement("li");
      item.append(label);
      return item;
    }),
  );
}

/** The customer has agreed to overtime: how? */
export function askAgree(intervention, lead, done = () => {}) {
  open(document.getElementById("agree"), lead, async (values) => {
    await ask("POST", `/interventions/${intervention}/agree`, { how: (values.get("note") || "").trim() || values.get("how") });
    done();
  });
}

/** From now on the same connection serves another problem. */
export function askAnother(session, lead, done = () => {}) {
  open(document.getElementById("another"), lead, async () => {
    await ask("POST", `/sessions/${session}/new-intervention`, {});
    done();
  });
}

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog.open) dialog.showModal();
}
