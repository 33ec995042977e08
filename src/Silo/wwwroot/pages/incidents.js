import { get, listen, post } from "../api.js";
import { displayName } from "../fleet.js";
import { amount, assetLink, badge, cell, conflate, el, empty, incidentLink, redraw, row, table, when } from "../view.js";
import { byAlert, drawAlerts } from "./explanation.js";

const SHELVED_FOR = 3_600_000;
const kinds = { active: "bad", acknowledged: "warn", shelved: "warn", cleared: "good" };
const same = text => [text, text];
const statuses = [...["open", "active", "acknowledged", "shelved", "cleared"].map(same), ["", "all"]];
const audiences = [["", "everyone"], ...["maintenance", "quality", "energy"].map(same)];

export const operator = () => localStorage.getItem("operator") || "operator";

export const incidentsPage = (main, argument, showFault) => argument ? incident(main, argument, showFault) : list(main, showFault);

const choice = (label, options, onchange) => el("label", {}, `${label} `,
  el("select", { "aria-label": label, onchange: event => onchange(event.target.value) },
    options.map(([value, text]) => el("option", { value }, text))));

function whoami() {
  const who = el("input", { value: operator(), "aria-label": "You are", size: 14, maxlength: 128 });
  who.addEventListener("change", () => localStorage.setItem("operator", who.value.trim()));
  return el("label", {}, "You are ", who);
}

// What an operator does is answered by the silo; until then nothing on the page claims that it happened.
const commander = (id, showFault, after) => async (verb, body = {}) => {
  try {
    showFault(null);
    await post(`/api/v1/incidents/${encodeURIComponent(id)}/${verb}`, { operator: operator(), ...body });
    await after();
  } catch (error) {
    showFault(error);
  }
};

const canAcknowledge = item => item.status === "active" || item.status === "shelved";

const commands = (item, command) => [
  el("button", {
    class: "first",
    "data-key": `ack ${item.id}`,
    disabled: !canAcknowledge(item),
    onclick: () => command("acknowledge"),
  }, "Acknowledge"),
  el("button", {
    "data-key": `shelve ${item.id}`,
    disabled: item.status === "cleared" || item.status === "shelved",
    onclick: () => command("shelve", { until: new Date(Date.now() + SHELVED_FOR).toISOString() }),
  }, "Shelve 1 h"),
];

// Several events of one second are one reading of the list.
const follow = (load, showFault) => {
  const again = conflate(() => load().catch(showFault), 500);
  return listen("/api/v1/incidents", { onEvent: again, onReload: again });
};

async function list(main, showFault) {
  const filter = { status: "open", audience: "" };
  const place = el("div");
  const load = async () => {
    const page = await get("/api/v1/incidents", { ...filter, size: 100 });
    const rows = page.items.map(item => incidentRow(item, commander(item.id, showFault, load)));
    redraw(place,
      table(["Status", "Incident", "Asset", amount("Severity"), "For", "Opened", amount("Alerts"), "Act"], rows,
        filter.status === "open" ? "No open incident. That is good news." : "No such incident."),
      page.next ? el("p", { class: "small dim" }, "There are more; choose a status or an audience.") : "");
  };
  const choose = name => value => { filter[name] = value; load().catch(showFault); };
  main.append(el("h1", {}, "Incidents"),
    el("div", { class: "bar" }, choice("Status", statuses, choose("status")), choice("For", audiences, choose("audience")), whoami()),
    place);
  await load();
  return follow(load, showFault);
}

function incidentRow(item, command) {
  const view = row(
    badge(item.status, kinds[item.status]),
    incidentLink(item.id, item.title, `open ${item.id}`),
    assetLink(item.assetId, displayName(item.assetId)),
    cell(String(item.severity)),
    item.audience.join(", "),
    when(item.opened),
    cell(String(item.alertCount)),
    el("div", { class: "bar" }, commands(item, command)));
  view.dataset.incident = item.id;
  view.dataset.status = item.status;
  return view;
}

async function incident(main, id, showFault) {
  const head = el("div"), alerts = el("div");
  main.append(el("p", {}, el("a", { href: "#/incidents" }, "← All incidents")), head, alerts);
  const load = async () => {
    let item;
    try {
      item = await get(`/api/v1/incidents/${encodeURIComponent(id)}`);
    } catch (error) {
      if (error.status !== 404) throw error;
      redraw(head, empty(`There is no incident ${id}.`));
      return;
    }
    redraw(head, ...heading(item, commander(id, showFault, load)));
    drawAlerts(alerts, byAlert([...item.alerts].sort((a, b) => b.time.localeCompare(a.time))), empty("Its alerts are no longer kept."));
  };
  await load();
  return follow(load, showFault);
}

function heading(item, command) {
  const facts = [
    ["Asset", assetLink(item.assetId, displayName(item.assetId))],
    ["For", item.audience.join(", ")],
    ["Category", item.category],
    ["Severity", String(item.severity)],
    ["Opened", when(item.opened)],
    ["Cleared", item.cleared && when(item.cleared)],
    ["Acknowledged", item.acknowledgedBy && `by ${item.acknowledgedBy}, ${when(item.acknowledgedAt)}`],
    ["Shelved until", item.shelvedUntil && when(item.shelvedUntil)],
    ["Comment", item.comment],
    ["Work order", item.workOrderId && el("a", { href: "#/workorders" }, item.workOrderId)],
  ];
  const verdicts = [["true", "It was right"], ["nuisance", "Nuisance"], ["unsure", "Unsure"]];
  return [
    el("h1", {}, item.title, " ", badge(item.status, kinds[item.status])),
    el("div", { class: "bar" }, commands(item, command), whoami()),
    el("div", { class: "bar", role: "group", "aria-label": "Verdict" },
      el("span", { class: "dim" }, "Was it right?"),
      verdicts.map(([verdict, text]) => el("button", {
        "data-key": verdict,
        "aria-pressed": String(item.verdict === verdict),
        onclick: () => command("verdict", { verdict }),
      }, text))),
    el("dl", { class: "facts card" }, facts.filter(([, text]) => text).flatMap(([name, text]) => [el("dt", {}, name), el("dd", {}, text)])),
    el("h2", {}, "Alerts"),
  ];
}
