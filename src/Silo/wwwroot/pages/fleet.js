import { fleet, metricsOf, nameOf, twinOf } from "../fleet.js";
import { badge, conflate, el, empty, number } from "../view.js";

const SHOWN_METRICS = 4;

export function fleetPage(main) {
  const tiles = el("div", { class: "tiles" });
  const find = el("input", { type: "search", placeholder: "Find by name, type, line or state", "aria-label": "Find assets", size: 34 });
  const lines = el("div");
  const draw = conflate(() => {
    const all = [...fleet.things.values()];
    tiles.replaceChildren(...summary(all));
    lines.replaceChildren(...byLine(all.filter(thing => matches(thing, find.value))));
  });
  find.addEventListener("input", draw);
  main.append(el("h1", {}, "Fleet"), tiles, el("div", { class: "bar" }, find), lines);
  fleet.addEventListener("change", draw);
  draw();
  return () => fleet.removeEventListener("change", draw);
}

function summary(all) {
  const count = test => all.filter(test).length;
  return [
    ["assets", all.length],
    ["running", count(t => twinOf(t).operatingState === "running")],
    ["with active alerts", count(t => twinOf(t).activeAlerts > 0)],
    ["with stale values", count(isStale)],
  ].map(([text, value]) => el("div", { class: "tile" }, el("b", {}, String(value)), el("span", {}, text)));
}

function byLine(things) {
  if (things.length === 0) return [empty("No asset matches.")];
  const groups = new Map();
  for (const thing of things) {
    const line = [thing.attributes?.site, thing.attributes?.area, thing.attributes?.line].filter(Boolean).join(" / ") || "without a line";
    groups.set(line, [...(groups.get(line) ?? []), thing]);
  }
  return [...groups].sort(([a], [b]) => a.localeCompare(b)).flatMap(([line, members]) => [
    el("h2", {}, line),
    el("div", { class: "cards" }, members.sort((a, b) => a.thingId.localeCompare(b.thingId)).map(card)),
  ]);
}

function card(thing) {
  const twin = twinOf(thing);
  const metrics = metricsOf(thing);
  const isAlerting = twin.activeAlerts > 0;
  const kind = isAlerting ? "alerting" : isStale(thing) || metrics.length === 0 ? "quiet" : "well";
  return el("a", { class: `card asset ${kind}`, href: `#/asset/${encodeURIComponent(thing.thingId)}`, "data-asset": thing.thingId },
    el("header", {}, el("h3", {}, nameOf(thing)), badge(twin.operatingState ?? "unknown")),
    el("div", { class: "small dim" }, thing.attributes?.type ?? "", thing.attributes?.modelled === false ? " · not in the plant model" : "",
      isAlerting ? el("span", {}, " · ", badge(`${twin.activeAlerts} alert${twin.activeAlerts > 1 ? "s" : ""}`, "bad")) : ""),
    el("dl", { class: "values" }, metrics.slice(0, SHOWN_METRICS).flatMap(m => [
      el("dt", {}, m.name),
      el("dd", { class: m.quality === "good" ? undefined : "stale", title: `${m.quality}, ${m.eventTime}` }, shown(m)),
    ])));
}

export const shown = m => m.text !== undefined && m.text !== null ? m.text : `${number(m.value)} ${m.unit ?? ""}`.trim();

const isStale = thing => metricsOf(thing).some(m => m.quality === "stale");

function matches(thing, text) {
  const wanted = text.trim().toLowerCase();
  if (!wanted) return true;
  const a = thing.attributes ?? {};
  return [thing.thingId, a.displayName, a.type, a.line, a.area, twinOf(thing).operatingState].some(v => String(v ?? "").toLowerCase().includes(wanted));
}
