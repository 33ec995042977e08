import { get } from "../api.js";
import { displayName } from "../fleet.js";
import { amount, assetLink, badge, cell, el, empty, number, repeat, row, table, tile, unitText, when } from "../view.js";

const PERIOD = 5_000;

export const unitsPage = (main, argument, showFault) => argument ? unit(main, argument, showFault) : list(main, showFault);

function list(main, showFault) {
  const lines = el("div"), place = el("div");
  const only = el("input", { type: "checkbox" });
  const load = async () => {
    const wanted = { "at-risk": only.checked ? "true" : null, size: 100 };
    const [quality, units] = await Promise.all([get("/api/v1/quality"), get("/api/v1/units", wanted)]);
    lines.replaceChildren(el("div", { class: "tiles" }, quality.items.sort((a, b) => a.line.localeCompare(b.line)).map(q =>
      tile(String(q.steps), `steps on ${q.line}`, `${q.violations} outside limits, ${atRisk(q.unitsAtRisk.length)}`))));
    place.replaceChildren(table(["Unit", "Standing", amount("Steps"), "Outside limits in", "First", "Last"],
      units.items.map(u => row(
        el("a", { href: `#/units/${encodeURIComponent(u.id)}` }, u.id),
        standing(u.atRisk),
        cell(String(u.steps)), u.violatedSteps.join(", ") || "–", when(u.first), when(u.last))),
      only.checked ? "No unit is at risk." : "No unit has passed a step yet."));
  };
  only.addEventListener("change", () => load().catch(showFault));
  main.append(el("h1", {}, "Units"), lines, el("div", { class: "bar" }, el("label", {}, only, " only units at risk")), place);
  return repeat(load, PERIOD, showFault);
}

function unit(main, id, showFault) {
  const place = el("div");
  main.append(el("p", {}, el("a", { href: "#/units" }, "← All units")), place);
  return repeat(async () => {
    try {
      const found = await get(`/api/v1/units/${encodeURIComponent(id)}`);
      place.replaceChildren(el("h1", {}, `Unit ${found.id} `, standing(found.atRisk)), ...found.steps.map(step));
    } catch (error) {
      if (error.status !== 404) throw error;
      place.replaceChildren(empty(`No step of a unit ${id} has been reported.`));
    }
  }, PERIOD, showFault);
}

// The list of them ends at 100.
const atRisk = count => count >= 100 ? "100 or more units at risk" : count === 1 ? "1 unit at risk" : `${count} units at risk`;

const standing = isAtRisk => isAtRisk ? badge("at risk", "bad") : badge("within limits", "good");

const step = s => el("section", {},
  el("h2", {}, s.step, " ",
    el("span", { class: "dim small" }, "on ", assetLink(s.assetId, displayName(s.assetId)), `, ${when(s.eventTime)}`)),
  table(["Parameter", "Standing", amount("Value"), amount("Lower"), amount("Upper")],
    s.parameters.map(p => row(p.name.replaceAll("_", " "),
      p.violated ? badge("outside", "bad") : p.lower === null && p.upper === null ? badge("no limit") : badge("within", "good"),
      cell(p.text ?? `${number(p.value)} ${unitText(p.unit)}`), cell(number(p.lower)), cell(number(p.upper)))), "No parameter."));
