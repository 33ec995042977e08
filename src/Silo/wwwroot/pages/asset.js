import { findThing, get, listen } from "../api.js";
import { Chart } from "../chart.js";
import { fleet, metricsOf, nameOf, twinOf } from "../fleet.js";
import { amount, badge, cell, conflate, duration, el, empty, row, table, tile, unitText, valueNode, when } from "../view.js";
import { byAlert, drawAlerts, isActive } from "./explanation.js";
import { windowsSection } from "./windows.js";

const SPAN = 15 * 60_000;
const MAX_CHARTS = 12;

export async function assetPage(main, id, showFault) {
  if (!fleet.things.has(id)) {
    const found = await findThing(id);
    if (!found) return missing(main, id);
    fleet.things.set(id, found);
  }
  const head = el("div"), values = el("div"), charts = el("div", { class: "charts" }), alerts = el("div");
  const windows = windowsSection(id, showFault);
  main.append(el("p", {}, el("a", { href: "#/fleet" }, "← Fleet")), head, el("div", { class: "sides" },
    el("div", {}, el("section", {}, el("h2", {}, "Values"), values), el("section", {}, el("h2", {}, "Last 15 minutes"), charts)),
    el("section", {}, el("h2", {}, "Alerts"), alerts)), windows.node);

  const curves = new Curves(id, charts, showFault);
  let open = 0;
  const draw = conflate(() => {
    const thing = fleet.things.get(id);
    // Gone after a restart of the silo without its store: the last words stay, and the page says that they are old.
    if (!thing) return;
    head.replaceChildren(...heading(thing, open));
    values.replaceChildren(valueTable(thing));
    curves.follow(metricsOf(thing));
  });
  const onChange = event => { if (event.detail === null || event.detail === id) draw(); };
  fleet.addEventListener("change", onChange);
  const ticking = setInterval(() => curves.draw(), 1000);
  draw();

  const loadAlerts = async () => {
    const page = await get("/api/v1/alerts", { asset: id, size: 50 });
    const found = byAlert(page.items);
    drawAlerts(alerts, found, empty("No alert yet."));
    open = found.filter(isActive).length;
    draw();
    curves.mark(found.map(a => a.explained).filter(Boolean));
  };
  const again = conflate(() => loadAlerts().catch(showFault));
  const stop = listen(`/api/v1/alerts?${new URLSearchParams({ asset: id })}`, { onEvent: again, onReload: again });
  const leave = () => { fleet.removeEventListener("change", onChange); clearInterval(ticking); stop(); windows.stop(); };
  try {
    await Promise.all([loadAlerts(), curves.learnLimits(fleet.things.get(id).attributes?.lineKey), windows.start()]);
  } catch (error) {
    showFault(error);
  }
  return leave;
}

function missing(main, id) {
  main.append(el("h1", {}, "No such asset"), el("p", { class: "empty" },
    `There is no asset ${id || "without a name"}. Nothing has been published for it, and the plant model does not name it. `,
    el("a", { href: "#/fleet" }, "See the whole fleet.")));
  return null;
}

// One chart per numeric metric, made when its first value is known.
class Curves {
  #charts = new Map();
  #limits = new Map();
  #alerts = [];

  constructor(id, place, showFault) {
    this.id = id;
    this.place = place;
    this.showFault = showFault;
  }

  follow(metrics) {
    for (const metric of metrics) {
      if (typeof metric.value !== "number") continue;
      if (!this.#charts.has(metric.name)) this.#add(metric);
      const chart = this.#charts.get(metric.name);
      if (chart && metric.eventTime) chart.add(Date.parse(metric.eventTime), metric.value);
    }
    this.draw();
  }

  draw() { for (const chart of this.#charts.values()) chart.draw(); }

  mark(events) {
    this.#alerts = events;
    for (const [name, chart] of this.#charts) this.#annotate(name, chart);
    this.draw();
  }

  async learnLimits(line) {
    const plant = await get("/api/v1/plant", { line });
    for (const detector of plant.assets.find(a => a.id === this.id)?.detectors ?? []) {
      if (detector.kind !== "threshold") continue;
      const limits = [detector.parameters.upper, detector.parameters.lower].filter(Number.isFinite);
      for (const metric of detector.metrics) this.#limits.set(metric, [...(this.#limits.get(metric) ?? []), ...limits]);
    }
    for (const [name, chart] of this.#charts) this.#annotate(name, chart);
  }

  #add(metric) {
    if (this.#charts.size >= MAX_CHARTS) return;
    const name = `${metric.name.replaceAll("_", " ")}${metric.unit ? `, ${unitText(metric.unit)}` : ""}`;
    const spoken = `${name}, the last 15 minutes as a line; the newest value is in the table of values`;
    const canvas = el("canvas", { role: "img", "aria-label": spoken });
    this.place.append(el("figure", { class: "card", "data-chart": metric.name }, el("figcaption", { class: "small" }, name), canvas));
    const chart = new Chart(canvas, { unit: metric.unit, span: SPAN });
    this.#charts.set(metric.name, chart);
    this.#annotate(metric.name, chart);
    this.#load(metric, chart).catch(this.showFault);
  }

  #annotate(name, chart) {
    chart.limit(this.#limits.get(name) ?? []);
    const about = this.#alerts.filter(e => e.data.contributions.some(c => c.signal === name));
    chart.mark(about.map(e => [Date.parse(e.time), e.data.alertname]));
  }

  async #load(metric, chart) {
    const end = metric.eventTime ? Date.parse(metric.eventTime) : Date.now();
    const from = new Date(end - SPAN).toISOString();
    const page = await get("/api/v1/history", { asset: this.id, metric: metric.name, from, limit: 5000 });
    chart.set(page.items.filter(p => Number.isFinite(p.value)).map(p => [Date.parse(p.eventTime), p.value]));
  }
}

// Alerts about an asset come from its twin, and from energy and quality, which the twin does not count.
function heading(thing, open) {
  const twin = twinOf(thing), a = thing.attributes ?? {}, { total = 0, ...fates } = twin.fates ?? {};
  const active = Math.max(open, twin.activeAlerts ?? 0);
  const lost = Object.entries(fates).filter(([name, count]) => name !== "accepted" && count > 0)
    .map(([name, count]) => `${count.toLocaleString("en")} ${name}`);
  const place = [thing.thingId, a.type, a.site, a.area, a.line, a.cell, a.modelled === false ? "not in the plant model" : null];
  return [
    el("h1", {}, nameOf(thing), " ", active > 0 ? badge(`${active} active`, "bad") : badge("no active alert", "good"),
      twin.idle ? [" ", badge("source is silent", "warn")] : null),
    el("p", { class: "dim" }, place.filter(Boolean).join(" · ")),
    el("div", { class: "tiles" },
      tile(el("span", { class: "value" }, twin.operatingState ?? "unknown"), "operating state"),
      tile(duration((twin.runningHours ?? NaN) * 3600), "running", `${twin.starts ?? 0} ${twin.starts === 1 ? "start" : "starts"}`),
      tile(when(twin.watermark), "complete up to"),
      tile(total.toLocaleString("en"), "samples", lost.join(", ") || "all accepted")),
  ];
}

const valueTable = thing => table(
  ["Metric", amount("Value"), "Quality", "Measured"],
  metricsOf(thing).map(m => {
    const value = cell(valueNode(m));
    value.dataset.metric = m.name;
    const kind = m.quality === "good" || m.quality === "bad" ? m.quality : "warn";
    return row(m.name.replaceAll("_", " "), value, badge(m.quality ?? "stale", kind), when(m.eventTime));
  }),
  "This asset has not spoken yet.");
