import { get, post } from "../api.js";
import { badge, el, row, table, when } from "../view.js";

const statuses = { open: "Open", inProgress: "In progress", onHold: "On hold", complete: "Complete" };
const priorities = ["none", "low", "medium", "high"];

export async function workOrdersPage(main, _argument, showFault) {
  const list = el("div");
  main.append(el("h1", {}, "Work orders"), list);
  const load = async () => {
    const items = (await get("/api/v1/workorders", { size: 100 })).items;
    list.replaceChildren(table(["Id", "Title", "What to do", "Priority", "Due", "Status"], items.map(order => row(
      order.id, el("a", { href: `#/asset/${encodeURIComponent(order.assetId)}` }, order.title), order.description,
      badge(priorities[order.priority] ?? String(order.priority), order.priority >= 3 ? "bad" : order.priority === 2 ? "warn" : "plain"), when(order.dueDate),
      el("select", { "aria-label": `Status of ${order.id}`, onchange: event => change(order, event.target.value) },
        Object.entries(statuses).map(([value, text]) => el("option", { value, selected: order.status === value }, text))))), "No work order is open."));
  };
  const change = async (order, status) => {
    try {
      await post(`/api/v1/workorders/${encodeURIComponent(order.id)}/status`, { status, operator: localStorage.getItem("operator") ?? "operator" });
      await load();
    } catch (error) {
      showFault(error);
    }
  };
  await load();
  const timer = setInterval(() => { if (!list.contains(document.activeElement)) load().catch(showFault); }, 5000);
  return () => clearInterval(timer);
}
