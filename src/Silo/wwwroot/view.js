// Small helpers for building pages. Text always goes in as text, never as markup.

export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") node.className = value;
    else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else node.setAttribute(key, value === true ? "" : value);
  }
  node.append(...children.flat().filter(child => child !== null && child !== undefined));
  return node;
}

export const badge = (text, kind = "plain") => el("span", { class: `badge ${kind}` }, text);

export const empty = text => el("p", { class: "empty" }, text);

export function table(heads, rows, none) {
  if (rows.length === 0) return empty(none);
  return el("div", { class: "scroll" }, el("table", {},
    el("thead", {}, el("tr", {}, heads.map(h => el("th", { class: h.number ? "number" : undefined, scope: "col" }, h.text ?? h)))),
    el("tbody", {}, rows)));
}

export const row = (...cells) => el("tr", {}, cells.map(c => c instanceof HTMLTableCellElement ? c : el("td", {}, c)));

export const cell = value => el("td", { class: "number" }, value);

export function number(value, digits = 3) {
  if (value === null || value === undefined || !Number.isFinite(value)) return "–";
  if (value !== 0 && (Math.abs(value) >= 1e6 || Math.abs(value) < 1e-3)) return value.toExponential(2);
  return Number(value.toPrecision(Math.max(digits, Math.ceil(Math.log10(Math.abs(value) + 1))))).toLocaleString("en", { maximumFractionDigits: 4 });
}

export function when(text) {
  if (!text) return "–";
  const at = new Date(text);
  return Math.abs(Date.now() - at) < 86_400_000 ? at.toLocaleTimeString() : at.toLocaleString();
}

export function duration(seconds) {
  if (!Number.isFinite(seconds)) return "–";
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}

// ".NET's [d.]hh:mm:ss[.f] as seconds; numbers pass through.
export function seconds(value) {
  if (typeof value === "number") return value;
  const match = /^(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)$/.exec(value ?? "");
  return match ? (Number(match[1] ?? 0) * 24 + Number(match[2])) * 3600 + Number(match[3]) * 60 + Number(match[4]) : NaN;
}

// Calls `draw` at most once per animation frame, however many events come in between.
export function conflate(draw) {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => { isAsked = false; draw(); });
  };
}
