import { get, listen } from "../api.js";
import { Chart } from "../chart.js";
import { fleet, metricsOf, nameOf, twinOf } from "../fleet.js";
import { badge, conflate, duration, el, empty, number, row, cell, seconds, table, when } from "../view.js";
import { alertCard } from "./explanation.js";
import { shown } from "./fleet.js";

const SPAN = 15 * 60_000;
const MAX_CHARTS = 12;

export async function assetPage(main, id, showFault) {
  if (!fleet.things.has(id)) fleet.things.set(id, await get(`/api/2/things/${encodeURIComponent(id)}`));
  const head = el("div"), values = el("div"), charts = el("div", { class: "charts" }), alerts = el("div");
  main.append(head, el("h2", {}, "Values"), values, el("h2", {}, "Last 15 minutes"), charts, el("h2", {}, "Alerts"), alerts);
  const drawn = new Map();
  const ensureChart = metric => {
    if (drawn.has(metric.name) || drawn.size >= MAX_CHARTS || typeof metric.value !== "number") return drawn.get(metric.name);
    const canvas = el("canvas", { role: "img", "aria-label": `${metric.name} over the last 15 minutes` });
    charts.append(el("figure", { class: "card", style: "margin:0" }, el("figcaption", { class: "small dim" }, `${metric.name} ${metric.unit ? `(${metric.unit})` : ""}`), canvas));
    const chart = new Chart(canvas, { unit: metric.unit, span: SPAN });
    drawn.set(metric.name, chart);
    load(id, metric, chart).catch(showFault);
    return chart;
  };
  const draw = conflate(() => {
    const thing = fleet.things.get(id);
    head.replaceChildren(...heading(thing));
    values.replaceChildren(valueTable(thing));
    for (const metric of metricsOf(thing)) {
      const chart = ensureChart(metric);
      if (chart && metric.eventTime && metric.quality !== "stale") chart.add(Date.parse(metric.eventTime), metric.value);
    }
  });
  const onChange = event => { if (event.detail === null || event.detail === id) draw(); };
  fleet.addEventListener("change", onChange);
  draw();
  const loadAlerts = async () => {
    const page = await get("/api/v1/alerts", { asset: id, size: 20 });
    alerts.replaceChildren(...(page.items.length ? page.items.map(alertCard) : [empty("No alert yet.")]));
  };
  await loadAlerts();
  const stop = listen("/api/v1/alerts", event => { if ((event.partitionkey ?? event.data?.assetId) === id) loadAlerts().catch(showFault); });
  return () => { fleet.removeEventListener("change", onChange); stop(); };
}

async function load(id, metric, chart) {
  const end = metric.eventTime ? Date.parse(metric.eventTime) : Date.now();
  const page = await get("/api/v1/history", { asset: id, metric: metric.name, from: new Date(end - SPAN).toISOString(), limit: 5000 });
  chart.set(page.items.filter(p => Number.isFinite(p.value)).map(p => [Date.parse(p.eventTime), p.value]));
}

function heading(thing) {
  const twin = twinOf(thing), a = thing.attributes ?? {}, fates = twin.fates ?? {};
  const facts = [
    ["operating state", twin.operatingState ?? "unknown"],
    ["running", duration((twin.runningHours ?? NaN) * 3600)],
    ["starts", String(twin.starts ?? 0)],
    ["watermark", when(twin.watermark)],
    ["samples", (fates.total ?? 0).toLocaleString("en")],
  ];
  return [
    el("h1", {}, nameOf(thing), " ", twin.activeAlerts > 0 ? badge(`${twin.activeAlerts} active`, "bad") : badge("no active alert", "good")),
    el("p", { class: "dim" }, [thing.thingId, a.type, a.site, a.area, a.line, a.cell].filter(Boolean).join(" · "), twin.idle ? " · source is silent" : ""),
    el("div", { class: "tiles" }, facts.map(([text, value]) => el("div", { class: "tile" }, el("b", {}, value), el("span", {}, text)))),
    el("p", { class: "small dim" }, "Fates: ", Object.entries(fates).filter(([k]) => k !== "total").map(([k, n]) => `${k} ${n.toLocaleString("en")}`).join(", ")),
  ];
}

const valueTable = thing => table(
  ["Metric", { text: "Value", number: true }, "Quality", "Event time", { text: "Revision", number: true }],
  metricsOf(thing).map(m => {
    const value = cell(shown(m));
    value.dataset.metric = m.name;
    return row(m.name, value, badge(m.quality ?? "–", m.quality === "good" ? "good" : m.quality === "bad" ? "bad" : "warn"), when(m.eventTime), cell(String(m.revision ?? "–")));
  }),
  "This asset has not spoken yet.");
