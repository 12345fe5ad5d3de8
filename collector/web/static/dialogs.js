// The questions that an act asks. Each stands in the page as a <dialog>; here it gets its life.

import { ask, tagOf, Trouble } from "./api.js";
import { pardon, refuse } from "./refusal.js";
import { clock, t } from "./words.js";

const $ = (root, selector) => root.querySelector(selector);

/** Opens the dialog; its form is sent by `send(values)`, and what that refuses is shown in place. */
export function open(dialog, lead, send) {
  const form = $(dialog, "form");
  const place = $(dialog, ".lead");
  if (lead !== undefined && place) place.textContent = lead;
  pardon(form);
  const back = document.activeElement;
  form.onsubmit = async (event) => {
    event.preventDefault();
    const first = $(form, "button.first");
    first.disabled = true;
    pardon(form);
    try {
      await send(new FormData(form));
      dialog.close();
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      refuse(form, error.message);
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

/** Whose session is it? Learnt for the next time. `seen` is the tag of the state that he who is asked looks at. */
export function askAssign(intervention, lead, seen, done = () => {}) {
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
  const list = $(dialog, ".choices");
  let sought = null; // what the list shows, or will once the answer is there
  let found = Promise.resolve();
  const look = () => {
    const words = search.value.trim();
    if (words === sought) return found;
    sought = words;
    found = ask("GET", `/customers?limit=50&q=${encodeURIComponent(words)}`)
      .then((told) => words === sought && showCustomers(list, told.items))
      .catch(() => (sought = null));
    return found;
  };
  let waiting;
  search.oninput = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, 120);
  };
  search.onkeydown = async (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    await look();
    $(list, "input")?.focus();
  };
  list.replaceChildren();
  look();
  open(dialog, lead, async (values) => {
    await look(); // whoever types faster than the answer comes means what he typed
    const customer = fresh.hidden ? chosenCustomer(list, search.value.trim()) : await newCustomer(values);
    await ask("POST", `/interventions/${intervention}/assign`, { customer }, { "If-Match": await seen });
    done();
  });
  search.focus();
}

/** The one that was ticked; or the only one that the words fit. */
function chosenCustomer(list, words) {
  const fitting = list.querySelectorAll("input");
  const chosen = $(list, "input:checked") ?? (words && fitting.length === 1 ? fitting[0] : null);
  if (!chosen) throw new Trouble(t("Choose a customer, or add a new one."));
  return Number(chosen.value);
}

async function newCustomer(values) {
  const made = await ask("POST", "/customers", {
    name: values.get("name"),
    contract: values.get("contract") === "yes",
    version: values.get("version"),
  });
  return made.id;
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
export function askAgree(intervention, lead, seen, done = () => {}) {
  open(document.getElementById("agree"), lead, async (values) => {
    const how = (values.get("note") || "").trim() || values.get("how");
    await ask("POST", `/interventions/${intervention}/agree`, { how }, { "If-Match": await seen });
    done();
  });
}

/** From now on the same connection serves another problem. */
export function askAnother(session, lead, done = () => {}) {
  const seen = tagOf(`/sessions/${session}`);
  open(document.getElementById("another"), lead, async () => {
    await ask("POST", `/sessions/${session}/new-intervention`, {}, { "If-Match": await seen });
    done();
  });
}

/** The customer is asked by a link; here it is, to be sent to him. */
export async function askLink(intervention, lead) {
  const dialog = document.getElementById("consent-link");
  const address = $(dialog, "[name=url]");
  address.value = "";
  open(dialog, lead, async () => {
    if (!address.value) return;
    await navigator.clipboard?.writeText(address.value);
  });
  try {
    const made = await ask("POST", `/interventions/${intervention}/consent-link`);
    address.value = made.url;
    $(dialog, ".until").textContent = t("Good until {time}, for one answer.", { time: clock(Date.parse(made.expires_at)) });
    address.select();
  } catch (error) {
    if (!(error instanceof Trouble)) throw error;
    $(dialog, ".trouble").textContent = error.message;
  }
}

/** Whether work goes on that must not be interrupted. */
export function askCritical(intervention, lead, critical, seen, done = () => {}) {
  const dialog = document.getElementById("critical");
  $(dialog, "[name=critical]").checked = !critical;
  open(dialog, lead, async (values) => {
    await ask("PATCH", `/interventions/${intervention}`, { critical: values.has("critical") }, { "If-Match": await seen });
    done();
  });
}

/** The session should end: announced on the technician's desk, where a word stops it. */
export function askEnd(session, lead, done = () => {}) {
  open(document.getElementById("end"), lead, async () => done(await ask("POST", `/sessions/${session}/end`)));
}

/** Everything that may be done about one session. */
export function askMore(lead, deeds) {
  const dialog = document.getElementById("more");
  $(dialog, ".lead").textContent = lead;
  const back = document.activeElement;
  let chosen = null;
  $(dialog, ".deeds").replaceChildren(
    ...deeds.map(({ words, key, does }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(words);
      if (key) button.append(Object.assign(document.createElement("kbd"), { textContent: key }));
      button.addEventListener("click", () => {
        chosen = does;
        dialog.close();
      });
      const item = document.createElement("li");
      item.append(button);
      return item;
    }),
  );
  dialog.onclose = () => {
    if (back?.isConnected) back.focus();
    chosen?.();
  };
  dialog.showModal();
}

export function showKeys() {
  const dialog = document.getElementById("keys");
  if (!dialog.open) dialog.showModal();
}
