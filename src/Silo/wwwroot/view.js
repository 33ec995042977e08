// Small helpers for building pages. Text always goes in as text, never as markup; styles go through the node, as the content security
// policy asks.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key === "style") Object.assign(node.style, value);
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined));
  return node;
}

// Each kind has its sign, so that colour is never the only carrier.
const signs = { good: "✓", warn: "!", bad: "▲", plain: "" };

export const badge = (text, kind = "plain") =>
  el("span", { class: `badge ${kind}` }, signs[kind] ? el("span", { "aria-hidden": "true" }, `${signs[kind]} `) : null, text);

export const empty = text => el("p", { class: "empty" }, text);

export const assetLink = (id, text) => el("a", { href: `#/asset/${encodeURIComponent(id)}` }, text ?? id);

export const incidentLink = (id, text, key) => el("a", { href: `#/incidents/${encodeURIComponent(id)}`, "data-key": key }, text);

// On a phone each row of a wide table becomes a block, with the head of its column above each value.
const NARROW = 4;

export function table(heads, rows, none) {
  if (rows.length === 0) return empty(none);
  for (const tr of rows) [...tr.cells].forEach((td, i) => { td.dataset.head = heads[i]?.text ?? heads[i] ?? ""; });
  return el("div", { class: "scroll" }, el("table", { class: heads.length > NARROW ? "wide" : undefined },
    el("thead", {}, el("tr", {}, heads.map(h => el("th", { class: h.number ? "number" : undefined, scope: "col" }, h.text ?? h)))),
    el("tbody", {}, rows)));
}

export const row = (...cells) => el("tr", {}, cells.map(c => c instanceof HTMLTableCellElement ? c : el("td", {}, c)));

export const cell = value => el("td", { class: "number" }, value);

// The head of a column of numbers.
export const amount = text => ({ text, number: true });

export const tile = (value, text, note) =>
  el("div", { class: "tile" }, el("b", {}, value), el("span", {}, text), note ? el("small", {}, note) : null);

export function number(value, digits = 4) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e9 || Math.abs(value) < 1e-4)) return value.toExponential(2);
  const whole = Math.ceil(Math.log10(Math.abs(value) + 1));
  return Number(value.toPrecision(Math.max(digits, whole))).toLocaleString("en", { maximumFractionDigits: 6 });
}

const units = { Cel: "°C", deg: "°", um: "µm", "m3/h": "m³/h", m3: "m³" };

export const unitText = unit => units[unit] ?? unit ?? "";

export const withUnit = (value, unit) => `${number(value)} ${unitText(unit)}`.trim();

// The value of a metric with its quality in words, unless it is good. A value that never came says so.
export function valueNode(metric) {
  const isKnown = metric.value !== undefined || metric.text !== undefined;
  const title = metric.eventTime ? `${metric.quality}, measured ${when(metric.eventTime)}` : "no value yet";
  return el("span", { class: `value ${metric.quality ?? "stale"}`, title },
    isKnown ? metric.text ?? withUnit(metric.value, metric.unit) : "no value yet",
    isKnown && metric.quality !== "good" ? el("small", {}, metric.quality ?? "stale") : null);
}

const ofDay = { hour: "2-digit", minute: "2-digit", second: "2-digit" };
const clock = new Intl.DateTimeFormat("en-GB", ofDay);
const calendar = new Intl.DateTimeFormat("en-GB", { day: "2-digit", month: "short", ...ofDay });

export function when(text) {
  if (!text) return "–";
  const at = new Date(text);
  return Math.abs(Date.now() - at) < 43_200_000 ? clock.format(at) : calendar.format(at);
}

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${(seconds / 3600).toFixed(1)} h` : `${Math.round(seconds / 86_400)} d`;
}

// Calls `draw` at most once per `pause`, however many events come in between, and never while the page is hidden.
export function conflate(draw, pause = 200) {
  let isAsked = false, before = 0;
  const run = () => requestAnimationFrame(() => { isAsked = false; before = performance.now(); draw(); });
  return () => {
    if (isAsked) return;
    isAsked = true;
    const rest = before + pause - performance.now();
    if (rest > 0) setTimeout(run, rest); else run();
  };
}

// Calls `load` now and again `pause` after each end; a fault is shown, and the next round that succeeds takes it away.
export async function repeat(load, pause, showFault) {
  let timer = 0, isOver = false, isOurs = false;
  const round = async () => {
    try {
      await load();
      if (isOurs) showFault(null);
      isOurs = false;
    } catch (error) {
      isOurs = true;
      showFault(error);
    }
    if (!isOver) timer = setTimeout(round, pause);
  };
  await round();
  return () => { isOver = true; clearTimeout(timer); };
}

// Draws without taking the keyboard focus away: what has the same data-key afterwards gets it back.
export function redraw(container, ...children) {
  const active = document.activeElement;
  const key = container.contains(active) ? active.dataset.key : undefined;
  container.replaceChildren(...children);
  if (key) container.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}
