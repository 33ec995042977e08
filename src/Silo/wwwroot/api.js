// Talks to the silo. Every call resolves to JSON or throws a Fault that says what the server said.

export class Fault extends Error {
  constructor(status, body) {
    super(body?.detail ?? body?.description ?? body?.title ?? body?.message ?? `The server answered ${status}.`);
    this.status = status;
    this.code = body?.code ?? body?.error ?? "";
  }
}

async function call(path, options) {
  const response = await fetch(path, options);
  const type = response.headers.get("content-type") ?? "";
  const body = type.includes("json") ? await response.json() : null;
  if (!response.ok) throw new Fault(response.status, body);
  return body;
}

export const get = (path, parameters = {}) => {
  const query = new URLSearchParams(Object.entries(parameters).filter(([, v]) => v !== undefined && v !== null && v !== ""));
  return call(query.size ? `${path}?${query}` : path, { headers: { Accept: "application/json" } });
};

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

// Live events. The browser reconnects by itself and sends Last-Event-ID; `onLink` says whether what is shown is live.
export function listen(path, onEvent, onLink) {
  const source = new EventSource(path);
  source.onopen = () => onLink?.(true);
  source.onerror = () => onLink?.(false);
  source.onmessage = event => onEvent(JSON.parse(event.data));
  return () => source.close();
}
