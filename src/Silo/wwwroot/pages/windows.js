import { get } from "../api.js";
import { amount, badge, cell, duration, el, number, repeat, row, table, when } from "../view.js";

const PERIOD = 5_000;
const READ = 200;
const SHOWN_OF_ONE = 12;

// The event-time windows of an asset: the newest complete one of each metric and length, or several of one metric.
export function windowsSection(id, showFault) {
  const place = el("div");
  const metric = el("select", { onchange: () => load().catch(showFault) },
    el("option", { value: "" }, "all metrics, newest complete window"));
  let stop = () => {};
  const load = async () => {
    const page = await get("/api/v1/windows", { asset: id, metric: metric.value, size: READ });
    offer(metric, page.items);
    const shown = metric.value ? page.items.slice(0, SHOWN_OF_ONE) : newest(page.items);
    place.replaceChildren(table(
      ["Metric", "Window", "Ends", "Standing", ...["Samples", "Mean", "Spread", "Minimum", "Maximum"].map(amount)],
      shown.map(w => row(
        w.metric.replaceAll("_", " "), name(w), when(w.end), standing(w),
        cell(String(w.count)), cell(number(w.mean)), cell(`± ${number(w.standardDeviation, 3)}`),
        cell(number(w.minimum)), cell(number(w.maximum)))),
      "No window yet."));
  };
  return {
    node: el("section", {}, el("h2", {}, "Windows"), el("div", { class: "bar" }, el("label", {}, "Show ", metric)), place),
    start: async () => { stop = await repeat(load, PERIOD, showFault); },
    stop: () => stop(),
  };
}

// A session and a stay in a state are as long as they are; of a count window the number says more than the time.
function name(w) {
  if (w.kind === "session") return w.kind;
  if (w.kind === "state") return `state ${w.state}`;
  const length = w.kind === "count" ? w.samples : duration(w.sizeSeconds);
  return `${w.kind.replaceAll("-", " ")} ${length}${w.state ? `, ${w.state}` : ""}`;
}

// Closing a window is its first revision; a later one came with late samples.
function standing(w) {
  const part = w.completeness < 0.995 ? `${Math.floor(w.completeness * 100)} % complete` : "complete";
  if (!w.closed) return badge(w.kind === "sliding" || w.kind === "count" ? "present" : "open");
  return badge(w.revision > 1 ? `${part}, revision ${w.revision}` : part, w.completeness < 0.995 ? "warn" : "good");
}

function newest(items) {
  const found = new Map();
  for (const w of items) {
    const key = `${w.metric} ${name(w)}`;
    if (!found.has(key) || (!found.get(key).closed && w.closed)) found.set(key, w);
  }
  return [...found.values()].sort((a, b) => a.metric.localeCompare(b.metric) || a.sizeSeconds - b.sizeSeconds);
}

function offer(select, items) {
  const known = new Set([...select.options].map(o => o.value));
  for (const name of [...new Set(items.map(w => w.metric))].sort()) {
    if (!known.has(name)) select.append(el("option", { value: name }, name.replaceAll("_", " ")));
  }
}
