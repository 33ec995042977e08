import { get, listen, post } from "../api.js";
import { badge, conflate, el, row, cell, table, when } from "../view.js";
import { alertCard } from "./explanation.js";

export async function incidentsPage(main, _argument, showFault) {
  const status = el("select", { "aria-label": "Status" }, [["", "all"], ["active", "active"], ["acknowledged", "acknowledged"], ["shelved", "shelved"], ["cleared", "cleared"]]
    .map(([value, text]) => el("option", { value }, text)));
  const who = el("input", { value: localStorage.getItem("operator") ?? "operator", "aria-label": "Operator", size: 14, maxlength: 128 });
  who.addEventListener("change", () => localStorage.setItem("operator", who.value));
  const list = el("div"), detail = el("div");
  let items = [], chosen = null;

  const command = async (incident, verb, body = {}) => {
    try {
      showFault(null);
      await post(`/api/v1/incidents/${encodeURIComponent(incident.id)}/${verb}`, { operator: who.value || "operator", ...body });
      await load();
    } catch (error) {
      showFault(error);
    }
  };
  const draw = conflate(() => {
    list.replaceChildren(table(
      ["Incident", "Asset", "Status", "Audiences", { text: "Severity", number: true }, "Opened", { text: "Alerts", number: true }, "Work order", ""],
      items.map(incident => incidentRow(incident, command, () => { chosen = incident.id; draw(); })),
      "No incident. That is good news."));
    const current = items.find(i => i.id === chosen);
    detail.replaceChildren(...(current ? [el("h2", {}, `${current.title} on ${current.assetId}`), ...(current.alerts ?? []).map(alertCard)] : []));
  });
  const load = async () => {
    items = (await get("/api/v1/incidents", { status: status.value, size: 100 })).items;
    draw();
  };
  status.addEventListener("change", () => load().catch(showFault));
  main.append(el("h1", {}, "Incidents"), el("div", { class: "bar" }, el("label", {}, "Status ", status), el("label", {}, "You are ", who)), list, detail);
  await load();
  let pending = null;
  const stop = listen("/api/v1/incidents", () => { pending ??= setTimeout(() => { pending = null; load().catch(showFault); }, 300); });
  return () => { stop(); clearTimeout(pending); };
}

function incidentRow(incident, command, choose) {
  const isOpen = incident.status === "active" || incident.status === "shelved";
  const kind = { active: "bad", acknowledged: "warn", shelved: "warn", cleared: "good" }[incident.status] ?? "plain";
  const view = row(
    el("a", { href: "#/incidents", onclick: event => { event.preventDefault(); choose(); } }, incident.title),
    el("a", { href: `#/asset/${encodeURIComponent(incident.assetId)}` }, incident.assetId),
    badge(incident.status, kind),
    (incident.audiences ?? []).join(", "),
    cell(String(incident.severity)),
    when(incident.opened),
    cell(String(incident.alertCount)),
    incident.workOrderId ?? "–",
    el("div", { class: "bar", style: "margin:0" },
      el("button", { class: "first", disabled: !isOpen, onclick: () => command(incident, "acknowledge") }, "Acknowledge"),
      el("button", { disabled: incident.status === "cleared", onclick: () => command(incident, "shelve", { until: new Date(Date.now() + 3_600_000).toISOString() }) }, "Shelve 1 h"),
      el("select", { "aria-label": "Verdict", onchange: event => event.target.value && command(incident, "verdict", { verdict: event.target.value }) },
        ["", "true", "nuisance", "unsure"].map(v => el("option", { value: v, selected: (incident.verdict ?? "") === v }, v || "verdict")))));
  view.dataset.incident = incident.id;
  view.dataset.status = incident.status;
  return view;
}
