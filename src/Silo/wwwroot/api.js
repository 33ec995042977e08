// Talks to the silo. Every call resolves to JSON or throws a Fault that says what the server said.

const PATIENCE = 10_000;
const RETRY = 5_000;

export class Fault extends Error {
  constructor(status, body) {
    super([body?.title, body?.detail ?? body?.description ?? body?.message].filter(Boolean).join(" ") || `The silo answered ${status}.`);
    this.status = status;
    this.code = body?.code ?? body?.error ?? "";
  }
}

// The silo's clock minus the browser's. Ages are judged by the silo's clock: a wall display with a wrong clock must not make stale
// values fresh.
let skew = 0;

export const serverNow = () => Date.now() + skew;

function learnSkew(date) {
  // The Date header is cut to the second, so less than that is not a difference.
  const found = Date.parse(date) + 500 - Date.now();
  if (Math.abs(found - skew) > 1500) skew = found;
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE), ...options });
  } catch (error) {
    const detail = error.name === "TimeoutError" ? "It was given 10 seconds." : "The page tries again.";
    throw new Fault(0, { title: "The silo does not answer.", detail });
  }
  learnSkew(response.headers.get("date"));
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? await response.json() : null;
  if (!response.ok && !(response.status === 503 && body?.checks)) throw new Fault(response.status, body);
  return body;
}

export function get(path, parameters = {}) {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, v]) => v !== undefined && v !== null && v !== ""));
  return call(query.size ? `${path}?${query}` : path, { headers: { Accept: "application/json" } });
}

export const post = (path, body) => call(path, {
  method: "POST",
  headers: { "Content-Type": "application/json", Accept: "application/json" },
  body: JSON.stringify(body),
});

// A page of things at a time, so that a large fleet does not arrive as one document.
export async function allThings(limit = 2000) {
  const items = [];
  let cursor;
  do {
    const page = await get("/api/2/search/things", { option: cursor ? `size(200),cursor(${cursor})` : "sort(+thingId),size(200)" });
    items.push(...page.items);
    cursor = page.cursor;
  } while (cursor && items.length < limit);
  return items;
}

export async function findThing(id) {
  const page = await get("/api/2/search/things", { filter: `eq(thingId,${JSON.stringify(id)})` });
  return page.items[0];
}

// Live events. The browser reconnects by itself and resumes by Last-Event-ID. `onReload` is called at the beginning and wherever the
// silo says that events were lost: then the list must be read again. An EventSource that was refused (503: all subscriptions taken)
// stays closed; we reopen it.
// A hidden page lets go of its stream: a browser has six connections to a host for all its tabs together.
export function listen(path, { onEvent, onReload, onLink }) {
  let source = null, retry = 0;
  const close = () => { clearTimeout(retry); source?.close(); source = null; };
  const open = () => {
    close();
    if (document.hidden) return;
    source = new EventSource(path);
    source.onopen = () => onLink?.(true);
    source.onmessage = event => onEvent?.(JSON.parse(event.data));
    source.addEventListener("ready", () => onReload?.());
    source.addEventListener("gap", () => onReload?.());
    source.onerror = () => {
      onLink?.(false);
      if (source.readyState === EventSource.CLOSED) retry = setTimeout(open, RETRY);
    };
  };
  const turn = () => {
    if (document.hidden) { close(); onLink?.(false); } else open();
  };
  document.addEventListener("visibilitychange", turn);
  open();
  return () => { document.removeEventListener("visibilitychange", turn); close(); };
}
