import { get } from "../api.js";
import { badge, duration, el, empty, number, row, cell, seconds, table, when } from "../view.js";

const colours = ["#0b6e99", "#e08e0b", "#5a8f3d", "#8a5a9e", "#b3261e", "#7a7f87"];

export async function energyPage(main, _argument, showFault) {
  const body = el("div");
  main.append(el("h1", {}, "Energy"), body);
  const load = async () => {
    const lines = (await get("/api/v1/energy")).items;
    body.replaceChildren(...(lines.length ? lines.flatMap(line) : [empty("No consumption interval has closed yet; the first does after a minute of event time.")]));
  };
  await load();
  const timer = setInterval(() => load().catch(showFault), 5000);
  return () => clearInterval(timer);
}

function line(state) {
  return [
    el("h2", {}, state.key),
    table(["Asset", "Meter", "Medium", "By operating state", { text: "Total", number: true }, "Until"],
      (state.assets ?? []).map(a => row(a.assetId, a.meter, a.medium, split(a), cell(`${number(a.total)} ${a.unit}`), when(a.to))), "No meter on this line."),
    el("h2", {}, "Idle waste"),
    table(["Asset", "Meter", "From", "To", { text: "Wasted", number: true }, { text: "Cost", number: true }, { text: "CO2e", number: true }, "Benchmark", ""],
      [...(state.idleWaste ?? [])].reverse().map(w => row(w.assetId, w.meter, when(w.start), when(w.end), cell(`${number(w.quantity)} ${w.unit}`),
        cell(`${number(w.cost)} ${w.currency}`), cell(`${number(w.co2Kilograms)} kg`), `${number(w.benchmarkPerHour)} ${w.unit}/h (${w.benchmarkOrigin})`,
        w.isEnded ? badge("ended", "good") : badge("going on", "bad"))), "None found."),
  ];
}

function split(asset) {
  const total = asset.total || 1;
  return el("div", {},
    el("div", { class: "stack" }, asset.states.map((s, i) => el("i", { style: `width:${s.quantity / total * 100}%;background:${colours[i % colours.length]}`, title: s.operatingState }))),
    el("span", { class: "small dim" }, asset.states.map(s => `${s.operatingState} ${number(s.quantity)} ${asset.unit} in ${duration(seconds(s.duration))}`).join(", ")));
}
