// The one live copy of the fleet that all pages share: loaded once, then kept by events.

import { allThings, listen } from "./api.js";

class Fleet extends EventTarget {
  things = new Map();

  async start(onLink) {
    for (const thing of await allThings()) this.things.set(thing.thingId, thing);
    this.#changed(null);
    listen("/api/2/things", thing => this.#merge(thing), onLink);
    // Freshness is judged by the server at read time, so a twin that says nothing must be asked again.
    setInterval(() => this.refresh(), 30_000);
  }

  async refresh() {
    try {
      for (const thing of await allThings()) this.things.set(thing.thingId, thing);
      this.#changed(null);
    } catch { /* the link status shows that the server is away; the next round tries again */ }
  }

  #merge(thing) {
    if (!thing?.thingId) return;
    const known = this.things.get(thing.thingId);
    this.things.set(thing.thingId, known ? merge(known, thing) : thing);
    this.#changed(thing.thingId);
  }

  #changed(id) { this.dispatchEvent(new CustomEvent("change", { detail: id })); }
}

// RFC 7396: what an event does not name stays.
function merge(before, patch) {
  if (patch === null || typeof patch !== "object" || Array.isArray(patch)) return patch;
  const result = { ...(before && typeof before === "object" ? before : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null && key !== "value") delete result[key]; else result[key] = merge(result[key], value);
  }
  return result;
}

export const fleet = new Fleet();

export const twinOf = thing => thing?.features?.twin?.properties ?? {};

export const metricsOf = thing => Object.entries(thing?.features ?? {})
  .filter(([name]) => name !== "twin")
  .map(([name, feature]) => ({ name, ...feature.properties }));

export const nameOf = thing => thing?.attributes?.displayName ?? thing?.thingId?.split(":").pop() ?? "";
