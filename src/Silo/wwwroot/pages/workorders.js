import { get, post } from "../api.js";
import { displayName } from "../fleet.js";
import { assetLink, badge, el, incidentLink, redraw, repeat, row, table, when } from "../view.js";
import { operator } from "./incidents.js";

const PERIOD = 5_000;
const statuses = { open: "Open", inProgress: "In progress", onHold: "On hold", complete: "Complete" };
const priorities = [["none", "plain"], ["low", "plain"], ["medium", "warn"], ["high", "bad"]];

export function workOrdersPage(main, _argument, showFault) {
  const place = el("div");
  let wanted = "";
  const load = async () => {
    const page = await get("/api/v1/workorders", { status: wanted, size: 100 });
    // An open drop-down would be closed by drawing under it.
    if (place.contains(document.activeElement) && document.activeElement.matches("select")) return;
    redraw(place, table(["Priority", "Order", "Asset", "What to do", "Due", "Status"], page.items.map(order => orderRow(order, change)),
      wanted ? "No such work order." : "No work order. The first maintenance incident opens one."));
  };
  const change = async (order, status, select) => {
    select.blur();
    try {
      showFault(null);
      const changed = await post(`/api/v1/workorders/${encodeURIComponent(order.id)}/status`, { status, operator: operator() });
      if (changed?.baselines?.reset === false) showFault(new Error(`The order is complete. ${changed.baselines.detail}`));
    } catch (error) {
      showFault(error);
    }
    await load().catch(showFault);
  };
  const filter = el("select", { onchange: event => { wanted = event.target.value; load().catch(showFault); } },
    [["", "all"], ...Object.entries(statuses)].map(([value, text]) => el("option", { value }, text)));
  main.append(el("h1", {}, "Work orders"), el("div", { class: "bar" }, el("label", {}, "Status ", filter)), place);
  return repeat(load, PERIOD, showFault);
}

function orderRow(order, change) {
  const [priority, kind] = priorities[order.priority] ?? [String(order.priority), "plain"];
  const view = row(
    badge(priority, kind),
    el("div", {}, el("b", {}, order.title.replace(` on ${order.assetId}`, "")), el("div", { class: "small dim" }, order.id, " · ",
      incidentLink(order.externalRef, "incident"))),
    assetLink(order.assetId, displayName(order.assetId)),
    el("span", { class: "small" }, order.description),
    when(order.dueDate),
    el("div", {},
      el("select", {
        "aria-label": `Status of ${order.id}`,
        "data-key": order.id,
        onchange: event => change(order, event.target.value, event.target),
      },
        Object.entries(statuses).map(([value, text]) => el("option", { value, selected: order.status === value }, text))),
      order.changedBy ? el("div", { class: "small dim" }, `by ${order.changedBy}`) : null));
  view.dataset.order = order.id;
  return view;
}
