import { badge, el, incidentLink, number, unitText, when } from "../view.js";

const MAX_CONTRIBUTIONS = 8;
const OPENED = 3;

// What happened to one unit is over when it is told: such an alert is never cleared, and must not stand as active for ever.
const oneOff = new Set(["step-limits"]);

export const isActive = alert => !alert.ended && !oneOff.has(alert.explained?.data?.detector?.kind);

// Events (newest first) as one entry per alert: what explained it last, and how it ended. What is still active comes first.
export function byAlert(events) {
  const alerts = new Map();
  for (const event of events) {
    const id = event.data?.alertId ?? event.id;
    const kind = event.type?.split(".").pop();
    // The newest event comes first, so `kind` says how things stand.
    const known = alerts.get(id) ?? { id, kind, explained: null, ended: null };
    if (kind === "cleared" || kind === "retracted") known.ended ??= event; else known.explained ??= event;
    alerts.set(id, known);
  }
  return [...alerts.values()].sort((a, b) => isActive(b) - isActive(a));
}

// Redraws a list of alerts. A card whose alert did not change stays as it is, opened or closed.
export function drawAlerts(container, alerts, none) {
  const before = new Map([...container.children].map(node => [node.dataset.signature, node]));
  container.replaceChildren(...alerts.length === 0 ? [none] : alerts.map((alert, i) => {
    const signature = `${alert.explained?.id} ${alert.ended?.id}`;
    const node = before.get(signature) ?? card(alert, i === 0 || (i < OPENED && isActive(alert)));
    node.dataset.signature = signature;
    return node;
  }));
}

function card(alert, isOpen) {
  const { id, kind, explained, ended } = alert;
  const event = explained ?? ended, data = event.data ?? {};
  const isSevere = data.severity >= 700;
  const standing = isActive(alert) ? "active" : "over";
  const once = standing === "active" ? badge("active", "bad") : badge("raised once", "warn");
  const status = ended ? badge(`${kind} ${when(ended.time)}`, "good") : once;
  const look = ended ? "ended" : isSevere ? "severe" : "";
  return el("details", { class: `card alert ${look}`, "data-alert": id, "data-state": standing, open: isOpen },
    el("summary", {},
      el("b", {}, data.alertname ?? event.type), " ", status, " ", ...(data.audience ?? []).flatMap(a => [badge(a), " "]),
      el("span", { class: "dim small" }, `${when(event.time)} · severity ${data.severity ?? "–"}`)),
    data.summary ? el("p", {}, data.summary) : null,
    contributions(data.contributions ?? []),
    facts(data));
}

function contributions(all) {
  if (all.length === 0) return null;
  const shown = all.slice(0, MAX_CONTRIBUTIONS);
  const sum = all.reduce((total, c) => total + Math.abs(c.share ?? 0), 0) || 1;
  return el("div", { class: "shares", role: "table", "aria-label": "What contributed" },
    el("div", { role: "row", class: "heads small dim" },
      ["Metric", "Observed", "Baseline", "Share"].map(text => el("span", { role: "columnheader" }, text))),
    shown.map(c => {
      const share = Math.abs(c.share ?? 0) / sum;
      return el("div", { role: "row" },
        el("span", { role: "cell" }, c.signal.replaceAll("_", " ")),
        el("span", { role: "cell", class: "number" }, `${number(c.value)} ${unitText(c.unit)}`),
        el("span", { role: "cell", class: "number" }, `${number(c.baseline)} ${unitText(c.unit)}`),
        el("span", { role: "cell", class: "share" },
          el("span", { class: "meter", "aria-hidden": "true" }, el("i", { style: { width: `${share * 100}%` } })),
          `${Math.round(share * 100)} %`));
    }),
    all.length > shown.length ? el("p", { class: "small dim" }, `and ${all.length - shown.length} smaller ones`) : null);
}

const advice = ({ action, parts = [] }) => parts.length > 0 ? `${action} Parts: ${parts.join(", ")}.` : action;

function facts(data) {
  const detector = data.detector ?? {}, window = data.window;
  const entries = [
    ["Detector", `${detector.id ?? "–"} (${detector.kind ?? "–"}, version ${detector.version ?? "–"})`],
    ["Score", `${number(data.score)}, limit ${number(data.threshold)}`],
    ["Window", window ? `${when(window.from)} to ${when(window.to)}, ${number((window.completeness ?? 0) * 100, 3)} % complete` : null],
    ["Operating state", detector.state],
    ["Would not have fired with", data.counterfactual],
    ["What to do", (data.recommendation ?? []).map(advice).join(" ")],
  ];
  return el("dl", { class: "facts small" },
    entries.filter(([, text]) => text).flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)]),
    data.incidentId ? [el("dt", {}, "Incident"), el("dd", {}, incidentLink(data.incidentId, data.incidentId))] : []);
}
