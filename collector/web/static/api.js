// Asks the collector to do something. What it refuses comes back as a problem in words (RFC 9457).

import { t } from "./words.js";

export class Trouble extends Error {}

export const ask = (method, path, body, headers = {}) =>
  body === undefined ? send(method, path, headers) : send(method, path, { "Content-Type": "application/json", ...headers }, JSON.stringify(body));

/** A file as it is. */
export const upload = (path, file) => send("POST", path, { "Content-Type": "text/csv" }, file);

async function send(method, path, headers, body) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers: { Accept: "application/json", ...headers }, body, credentials: "same-origin" });
  } catch {
    throw new Trouble(t("The collector does not answer. Nothing was changed; try again."));
  }
  if (answer.status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
  const told = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (!answer.ok) throw new Trouble(told?.detail ?? told?.title ?? t("The collector refused ({status}).", { status: answer.status }));
  return told;
}
