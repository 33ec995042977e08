import { get } from "../api.js";
import { badge, el, number, row, cell, table, when } from "../view.js";

export async function unitsPage(main, argument, showFault) {
  const list = el("div"), detail = el("div");
  main.append(el("h1", {}, "Units"), list, detail);
  const choose = async id => {
    const unit = await get(`/api/v1/units/${encodeURIComponent(id)}`);
    detail.replaceChildren(el("h2", {}, `Unit ${unit.unitId}`), ...unit.steps.map(step));
  };
  const load = async () => {
    const items = (await get("/api/v1/units", { size: 50 })).items;
    list.replaceChildren(table(["Unit", { text: "Steps", number: true }, "Last step", "At risk"],
      items.map(u => row(
        el("a", { href: `#/units/${encodeURIComponent(u.unitId)}` }, u.unitId),
        cell(String(u.steps.length)), `${u.steps.at(-1)?.step ?? ""} ${when(u.steps.at(-1)?.eventTime)}`,
        u.isAtRisk ? badge("at risk", "bad") : badge("within limits", "good"))),
      "No unit has passed a step yet."));
  };
  await load();
  if (argument) await choose(argument);
  const timer = setInterval(() => load().catch(showFault), 5000);
  return () => clearInterval(timer);
}

const step = s => el("section", {},
  el("h2", {}, `${s.step} on ${s.assetId}, ${when(s.eventTime)}`),
  table(["Parameter", { text: "Value", number: true }, { text: "Lower", number: true }, { text: "Upper", number: true }, ""],
    s.parameters.map(p => row(p.name, cell(p.text ?? `${number(p.value)} ${p.unit}`), cell(number(p.lower)), cell(number(p.upper)),
      p.isViolated ? badge("violated", "bad") : p.lower === undefined && p.upper === undefined ? badge("no limit") : badge("ok", "good"))), "No parameter."));
