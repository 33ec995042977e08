// The one live copy of the fleet that all pages share: loaded when the live link opens, then kept by events.

import { allThings, listen } from "./api.js";

// Freshness is judged by the silo when it is asked, and a value that ages sends no event: so we ask again, less often the more there
// is to read.
const PERIOD = 5_000;
const PER_PAGE = 200;

class Fleet extends EventTarget {
  things = new Map();
  isLive = false;
  isLoaded = false;
  lastHeard = null;
  #isOpen = false;
  #isAnswered = false;
  #first = Promise.withResolvers();

  // Resolves when the fleet has been read once.
  get loaded() { return this.#first.promise; }

  start() {
    listen("/api/2/things", {
      onEvent: thing => this.#merge(thing),
      onReload: () => this.refresh(true),
      onLink: isOpen => { this.#isOpen = isOpen; this.#judge(); },
    });
    for (const name of ["online", "offline"]) window.addEventListener(name, () => this.refresh(false));
    const pause = () => PERIOD * Math.max(1, Math.ceil(this.things.size / PER_PAGE));
    const again = () => setTimeout(async () => {
      if (!document.hidden) await this.refresh(false);
      again();
    }, pause());
    again();
  }

  async refresh(isRestart) {
    try {
      const items = await allThings();
      if (isRestart) this.things.clear();
      for (const thing of items) {
        // An event may have overtaken this answer.
        if ((this.things.get(thing.thingId)?._revision ?? 0) <= thing._revision) this.things.set(thing.thingId, thing);
      }
      this.#isAnswered = true;
      this.isLoaded = true;
      this.#first.resolve();
      this.#changed(null);
    } catch {
      // Not swallowed: a lost link is shown on every value, and the next round tries again.
      this.#isAnswered = false;
    }
    this.#judge();
  }

  // Live is: the stream is open and the silo answered last time. A half-open connection alone would look live for ever.
  #judge() {
    const isLive = this.#isOpen && this.#isAnswered;
    if (isLive) this.lastHeard = new Date();
    if (isLive === this.isLive) return;
    this.isLive = isLive;
    this.dispatchEvent(new Event("link"));
  }

  #merge(thing) {
    if (!thing?.thingId) return;
    const known = this.things.get(thing.thingId);
    // A change of something we do not know yet is not the whole of it; the reading under way has it.
    if (!known && !thing.attributes) return;
    this.things.set(thing.thingId, known ? merge(known, thing) : thing);
    this.lastHeard = new Date();
    this.#changed(thing.thingId);
  }

  #changed(id) { this.dispatchEvent(new CustomEvent("change", { detail: id })); }
}

// Features come whole; beside them, what an event does not name stays.
const merge = (before, patch) => ({ ...before, ...patch, features: { ...before.features, ...patch.features } });

export const fleet = new Fleet();

export const twinOf = thing => thing?.features?.twin?.properties ?? {};

export const metricsOf = thing => Object.entries(thing?.features ?? {})
  .filter(([name]) => name !== "twin")
  .map(([name, feature]) => ({ name, ...feature.properties }));

export const nameOf = thing => thing?.attributes?.displayName ?? thing?.thingId?.split(":").pop() ?? "";

export const displayName = id => nameOf(fleet.things.get(id) ?? { thingId: id });

export const isStale = thing => metricsOf(thing).some(m => m.quality === "stale");
