// The router: one hash per page; a page is a function that draws itself and returns how to leave it.

import { fleet } from "./fleet.js";
import { el, empty, when } from "./view.js";
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

function showFault(error) {
  const text = error ? error.message : "";
  // Written only when it changes: an alert region is read aloud each time.
  if (faultLine.textContent !== text) faultLine.textContent = text;
  faultLine.hidden = !error;
}

// The style sheet marks every value on the page while the document says that the link is down.
function showLink() {
  document.documentElement.dataset.link = fleet.isLive ? "live" : "down";
  link.className = `link ${fleet.isLive ? "live" : "down"}`;
  link.textContent = fleet.isLive ? "Live" : fleet.lastHeard ? `Not live since ${when(fleet.lastHeard)}` : "Not live, connecting";
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // A malformed address is shown as it is; the page then says that there is no such thing.
    return text;
  }
}

async function route(event) {
  const [name, ...rest] = location.hash.replace(/^#\/?/, "").split("/");
  const argument = decode(rest.join("/"));
  const current = name === "asset" ? "fleet" : name in pages ? name : "fleet";
  const [title, page] = name === "asset" ? [argument, assetPage] : pages[current];
  leave?.();
  leave = null;
  const mine = ++visit;
  nav.replaceChildren(...Object.entries(pages).map(([key, [text]]) =>
    el("a", { href: `#/${key}`, "aria-current": key === current ? "page" : undefined }, text)));
  const here = nav.querySelector("[aria-current]");
  nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.clientWidth) / 2;
  document.title = `${title} – Millwright`;
  main.replaceChildren();
  showFault(null);
  if (event) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  // Each visit draws into its own element, so that a page that loads slowly cannot draw over its successor.
  const place = el("div");
  main.append(fleet.isLoaded ? place : empty("Waiting for the silo."));
  await fleet.loaded;
  if (mine !== visit) return;
  main.replaceChildren(place);
  try {
    const left = await page(place, argument, error => { if (mine === visit) showFault(error); });
    if (mine === visit) leave = left; else left?.();
  } catch (error) {
    if (mine === visit) showFault(error);
  }
}

fleet.addEventListener("link", showLink);
window.addEventListener("hashchange", route);
showLink();
fleet.start();
await route();
