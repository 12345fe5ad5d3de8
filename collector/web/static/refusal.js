// What the collector refused, said beside the field that each fault names, else where the form has its place for it.

const FAULT = /^(?:body\.)?(?:tax\.)?([a-z_]+)(?:\.(\d+))?(?:\.([a-z_]+))?: (.+)$/s;

/** Takes away what was said before. */
export function pardon(root) {
  for (const note of root.querySelectorAll("small.trouble")) note.remove();
  for (const field of root.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  const trouble = placeOf(root);
  if (trouble) trouble.textContent = "";
}

/** Whether there was a place to say it. */
export function refuse(root, told) {
  pardon(root);
  const others = told.split("; ").filter((fault) => {
    const [, name, nth, part, why] = FAULT.exec(fault) ?? [];
    const field = name && root !== document && fieldOf(root, name, nth, part);
    if (field) beside(field, why);
    return !field;
  });
  const first = root.querySelector("[aria-invalid]");
  first?.closest("details")?.setAttribute("open", "");
  first?.focus();
  const trouble = placeOf(root);
  if (trouble) trouble.textContent = others.join("; ");
  return Boolean(trouble);
}

const placeOf = (root) => root.querySelector("p.trouble[role=alert]") ?? document.querySelector("main p.trouble[role=alert]");

/** The field of that name; of a list of rows the row's, or the list itself. */
function fieldOf(root, name, nth, part) {
  const list = root.querySelector(`[data-list=${name}]`);
  if (!list) return root.querySelector(`[name=${name}]:not([type=hidden], [type=radio])`);
  const row = list.children[Number(nth)];
  return row?.querySelector(`[name=${part}]`) ?? list;
}

function beside(field, why) {
  const note = Object.assign(document.createElement("small"), { className: "trouble", id: `no-${crypto.randomUUID()}`, textContent: why });
  field.setAttribute("aria-invalid", "true");
  field.setAttribute("aria-describedby", note.id);
  (field.closest("label") ?? field.closest("li") ?? field).after(note);
}
