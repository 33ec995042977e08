import { fleet, isStale, metricsOf, nameOf, twinOf } from "../fleet.js";
import { badge, conflate, el, empty, redraw, valueNode } from "../view.js";

const SHOWN_METRICS = 4;
const SHOWN_ATTENTION = 8;

const views = {
  all: ["assets", () => true],
  running: ["running", thing => twinOf(thing).operatingState === "running"],
  alerting: ["with active alerts", thing => twinOf(thing).activeAlerts > 0],
  stale: ["with stale values", isStale],
};

export function fleetPage(main) {
  const tiles = el("div", { class: "tiles", role: "group", "aria-label": "Show" });
  const attention = el("div");
  const find = el("input", { type: "search", placeholder: "Find by name, type, line or state", "aria-label": "Find assets" });
  const lines = el("div");
  const cards = new Map();
  const dirty = new Set();
  let view = "all", isAll = true, order = "";

  const draw = conflate(() => {
    const all = [...fleet.things.values()];
    redraw(tiles, ...Object.entries(views).map(([key, [text, test]]) =>
      el("button", { class: "tile", "data-key": key, "aria-pressed": String(view === key), onclick: () => { view = key; draw(); } },
        el("b", {}, String(all.filter(test).length)), el("span", {}, text))));
    redraw(attention, ...needsAttention(all));
    // A card that did not change keeps its node: thousands of assets, and the keyboard focus, stay where they are.
    for (const id of isAll ? fleet.things.keys() : dirty) fill(cards, fleet.things.get(id));
    isAll = false;
    dirty.clear();
    const shown = all.filter(thing => views[view][1](thing) && matches(thing, find.value));
    const wanted = shown.map(thing => thing.thingId).sort().join();
    if (wanted === order && lines.childElementCount > 0) return;
    order = wanted;
    redraw(lines, ...byLine(shown, cards));
  });
  const onChange = event => {
    if (event.detail === null) isAll = true; else dirty.add(event.detail);
    draw();
  };
  find.addEventListener("input", draw);
  main.append(el("h1", {}, "Fleet"), tiles, attention, el("div", { class: "bar" }, find), lines);
  fleet.addEventListener("change", onChange);
  draw();
  return () => fleet.removeEventListener("change", onChange);
}

// Cards keep their places, so that an operator finds them blind; what is wrong is therefore named again at the top, the worst first.
function needsAttention(all) {
  const severity = thing => twinOf(thing).severity ?? 0;
  const alerting = all.filter(views.alerting[1]).sort((a, b) => severity(b) - severity(a) || a.thingId.localeCompare(b.thingId));
  if (alerting.length === 0) return [];
  const shown = alerting.slice(0, SHOWN_ATTENTION);
  return [el("ul", { class: "attention", "aria-label": "Needs attention" },
    shown.map(thing => el("li", {}, badge(String(severity(thing)), "bad"), " ",
      el("a", { href: `#/asset/${encodeURIComponent(thing.thingId)}`, "data-key": `attention ${thing.thingId}` }, nameOf(thing)),
      ` ${(twinOf(thing).alerts ?? []).map(a => a.name).slice(0, 3).join(", ")}`)),
    alerting.length > shown.length ? el("li", { class: "dim" }, `and ${alerting.length - shown.length} more`) : null)];
}

function byLine(things, cards) {
  if (fleet.things.size === 0) return [empty("No asset yet. The first message on telemetry/… makes one.")];
  if (things.length === 0) return [empty("No asset matches.")];
  const groups = new Map();
  for (const thing of things) {
    const line = [thing.attributes?.site, thing.attributes?.area, thing.attributes?.line].filter(Boolean).join(" / ") || "without a line";
    groups.set(line, [...(groups.get(line) ?? []), thing]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).map(([line, members]) => el("section", {},
    el("h2", {}, line, " ", el("span", { class: "dim small" }, String(members.length))),
    el("div", { class: "cards" }, members.sort((a, b) => a.thingId.localeCompare(b.thingId)).map(thing => cards.get(thing.thingId)))));
}

function fill(cards, thing) {
  if (!thing) return;
  let node = cards.get(thing.thingId);
  if (!node) {
    node = el("a", { href: `#/asset/${encodeURIComponent(thing.thingId)}`, "data-asset": thing.thingId, "data-key": thing.thingId });
    cards.set(thing.thingId, node);
  }
  const twin = twinOf(thing);
  const metrics = metricsOf(thing);
  const [kind, sign] = standing(thing, twin);
  const type = thing.attributes?.modelled === false ? "not in the plant model" : thing.attributes?.type ?? "";
  node.className = `card asset ${kind}`;
  node.replaceChildren(
    el("header", {}, el("h3", {}, nameOf(thing)), el("span", { class: "state value" }, twin.operatingState ?? "unknown")),
    el("p", { class: "small dim" }, sign, " ", type),
    el("dl", { class: "values" }, metrics.slice(0, SHOWN_METRICS).flatMap(m => [
      el("dt", {}, m.name.replaceAll("_", " ")),
      el("dd", { "data-metric": m.name }, valueNode(m)),
    ])),
    metrics.length > SHOWN_METRICS ? el("p", { class: "small dim more" }, `and ${metrics.length - SHOWN_METRICS} more`) : "");
}

function standing(thing, twin) {
  if (twin.activeAlerts > 0) return ["alerting", badge(`${twin.activeAlerts} ${twin.activeAlerts > 1 ? "alerts" : "alert"}`, "bad")];
  if (twin.idle) return ["quiet", badge("silent", "warn")];
  return isStale(thing) ? ["quiet", badge("partly stale", "warn")] : ["well", badge("well", "good")];
}

function matches(thing, text) {
  const words = text.trim().toLowerCase().split(/\s+/);
  const a = thing.attributes ?? {};
  const all = [thing.thingId, a.displayName, a.type, a.line, a.area, a.cell, twinOf(thing).operatingState].join(" ").toLowerCase();
  return words.every(word => all.includes(word));
}
