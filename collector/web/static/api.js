// Asks the collector to do something. What it refuses comes back as a problem in words (RFC 9457).

import { t } from "./words.js";

export class Trouble extends Error {}

export const ask = async (method, path, body, headers = {}) =>
  (await (body === undefined ? send(method, path, headers) : send(method, path, { "Content-Type": "application/json", ...headers }, JSON.stringify(body)))).told;

/** A file as it is. */
export const upload = async (path, file) => (await send("POST", path, { "Content-Type": "text/csv" }, file)).told;

export const stale = () => new Trouble(t("Somebody has changed it meanwhile; nothing of yours was done. Look at it again first."));

/** The tag of its present state: whoever acts on what he sees now says it, and is refused when somebody was faster. */
export function tagOf(path) {
  const tag = send("GET", path, {}).then(({ answer }) => answer.headers.get("ETag"));
  tag.catch(() => {}); // told to whoever waits for it
  return tag;
}

async function send(method, path, headers, body) {
  let answer;
  try {
    answer = await fetch(`/api/v1${path}`, { method, headers: { Accept: "application/json", ...headers }, body, credentials: "same-origin" });
  } catch {
    throw new Trouble(t("The collector does not answer. Nothing was changed; try again."));
  }
  if (answer.status === 401) location.assign(`/signin?next=${encodeURIComponent(location.pathname + location.search)}`);
  const told = answer.status === 204 ? null : await answer.json().catch(() => null);
  if (answer.status === 412) throw stale();
  if (!answer.ok) throw new Trouble(told?.detail ?? told?.title ?? t("The collector refused ({status}).", { status: answer.status }));
  return { told, answer };
}
