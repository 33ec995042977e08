import { get } from "../api.js";
import { displayName } from "../fleet.js";
import {
  amount, assetLink, badge, cell, duration, el, empty, number, repeat, row, table, tile, unitText, when, withUnit,
} from "../view.js";

const PERIOD = 5_000;

export function energyPage(main, _argument, showFault) {
  const body = el("div");
  main.append(el("h1", {}, "Energy"), body);
  return repeat(async () => {
    const [lines, waste] = await Promise.all([get("/api/v1/energy", { size: 200 }), get("/api/v1/energy/idle-waste", { size: 50 })]);
    body.replaceChildren(
      ...(lines.items.length ? lines.items.sort((a, b) => a.line.localeCompare(b.line)).map(line)
        : [empty("No consumption interval has closed yet; the first does after a minute of event time.")]),
      el("section", {}, el("h2", {}, "Idle waste"), wasteTable(waste.items)));
  }, PERIOD, showFault);
}

function line(item) {
  const costs = Object.entries(item.idleWasteCost).filter(([, cost]) => cost > 0)
    .map(([currency, cost]) => `${number(cost, 3)} ${currency}`).join(", ");
  return el("section", { "data-line": item.line },
    el("h2", {}, item.line),
    el("div", { class: "tiles" },
      item.totals.map(t => {
        const wasted = item.idleWaste.find(w => w.medium === t.medium && w.unit === t.unit);
        const note = wasted ? `${number(wasted.quantity, 3)} ${unitText(wasted.unit)} wasted idling` : null;
        return tile(withUnit(t.quantity, t.unit), t.medium, note);
      }),
      costs ? tile(costs, "cost of idling") : null),
    table(["Asset", "Meter", "By operating state", amount("Total"), "Measured until"],
      item.assets.map(a => row(assetLink(a.assetId, displayName(a.assetId)), a.meter === a.medium ? a.medium : `${a.meter} (${a.medium})`,
        split(a), cell(withUnit(a.total, a.unit)), when(a.to))),
      "No meter on this line."));
}

// The bar is for the eye; the words beside it say the same.
function split(asset) {
  const total = asset.states.reduce((sum, s) => sum + Math.max(0, s.quantity), 0) || 1;
  return el("div", { class: "split" },
    el("div", { class: "stack", "aria-hidden": "true" }, asset.states.map(s =>
      el("i", { class: stateClass(s.operatingState), style: { width: `${Math.max(0, s.quantity) / total * 100}%` } }))),
    el("ul", { class: "small" }, asset.states.map(s => el("li", {},
      el("i", { class: `swatch ${stateClass(s.operatingState)}`, "aria-hidden": "true" }),
      `${s.operatingState} ${withUnit(s.quantity, asset.unit)} in ${duration(s.durationSeconds)}`))));
}

const stateClass = state => ["running", "idle", "off", "setup"].includes(state) ? `state-${state}` : "state-other";

const wasteTable = items => table(
  ["Standing", "Asset", "Meter", "From", "To", amount("Wasted"), amount("Cost"), amount("CO₂e"), "Benchmark"],
  items.map(w => row(w.isEnded ? badge("ended") : badge("going on", "bad"),
    assetLink(w.assetId, displayName(w.assetId)), w.meter, when(w.start), when(w.end),
    cell(withUnit(w.quantity, w.unit)), cell(`${number(w.cost, 3)} ${w.currency}`), cell(`${number(w.co2Kilograms, 3)} kg`),
    `${withUnit(w.benchmarkPerHour, w.unit)}/h, ${w.benchmarkOrigin}`)),
  "No idling above its benchmark.");
