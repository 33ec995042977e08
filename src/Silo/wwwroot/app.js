// The router: one hash per page; a page is a function that draws itself and returns how to leave it.

import { fleet } from "./fleet.js";
import { el } from "./view.js";
import { fleetPage } from "./pages/fleet.js";
import { assetPage } from "./pages/asset.js";
import { incidentsPage } from "./pages/incidents.js";
import { energyPage } from "./pages/energy.js";
import { unitsPage } from "./pages/units.js";
import { workOrdersPage } from "./pages/workorders.js";
import { systemPage } from "./pages/system.js";

const pages = {
  fleet: ["Fleet", fleetPage],
  incidents: ["Incidents", incidentsPage],
  energy: ["Energy", energyPage],
  units: ["Units", unitsPage],
  workorders: ["Work orders", workOrdersPage],
  system: ["System", systemPage],
};

const main = document.getElementById("page");
const nav = document.getElementById("nav");
const link = document.getElementById("link");
const faultLine = document.getElementById("fault");
let leave = null;
let visit = 0;

export function showFault(error) {
  faultLine.textContent = error ? error.message : "";
  faultLine.hidden = !error;
}

function showLink(isLive) {
  link.textContent = isLive ? "live" : "not live, reconnecting";
  link.className = `link ${isLive ? "live" : "down"}`;
}

async function route() {
  const [name, ...rest] = location.hash.replace(/^#\//, "").split("/");
  const argument = decodeURIComponent(rest.join("/"));
  const [title, page] = name === "asset" ? [argument, assetPage] : pages[name] ?? pages.fleet;
  leave?.();
  leave = null;
  const mine = ++visit;
  nav.replaceChildren(...Object.entries(pages).map(([key, [text]]) =>
    el("a", { href: `#/${key}`, "aria-current": key === (pages[name] ? name : "fleet") ? "page" : undefined }, text)));
  document.title = `${title} – Millwright`;
  main.replaceChildren();
  showFault(null);
  try {
    const left = await page(main, argument, showFault);
    if (mine === visit) leave = left; else left?.();
  } catch (error) {
    showFault(error);
  }
}

window.addEventListener("hashchange", route);
try {
  await fleet.start(showLink);
} catch (error) {
  showFault(error);
  showLink(false);
}
await route();
