import { get } from "../api.js";
import { amount, badge, cell, duration, el, number, repeat, row, table, tile, when } from "../view.js";

const PERIOD = 3_000;
const kinds = { healthy: "good", degraded: "warn", unhealthy: "bad" };

const headings = {
  ingest: "Ingest", log: "Telemetry log", silo: "MQTT endpoint", fleet: "Fleet", process: "Process",
};

export function systemPage(main, _argument, showFault) {
  const body = el("div");
  main.append(el("h1", {}, "System"), body,
    el("p", { class: "small dim" }, el("a", { href: "/openapi/v1.json" }, "OpenAPI"), " · ", el("a", { href: "/metrics" }, "Metrics"),
      " · ", el("a", { href: "/api/v1/plant" }, "Plant model")));
  return repeat(async () => {
    const [ready, system, kept] = await Promise.all([get("/health/ready"), get("/api/v1/system"), get("/api/v1/quarantine", { size: 20 })]);
    body.replaceChildren(
      tiles(system),
      section("Health", table(["Part", "Status", "Says"],
        ready.checks.map(c => row(c.name, badge(c.status, kinds[c.status]), c.description ?? "–")), "No part is checked.")),
      section("What became of every sample", fates(system.fates)),
      el("div", { class: "columns" }, Object.entries(headings).map(([key, title]) => section(title, facts(system[key] ?? {})))),
      section("Quarantine", table(["At", "Source", "Topic", "Reason", "Detail", "Payload"],
        kept.items.map(q => row(
          when(q.ingestTime), q.source, el("code", {}, q.topic), q.reason, q.detail, el("code", { class: "small" }, preview(q)))),
        "Nothing is in quarantine: every message could be read.")));
  }, PERIOD, showFault);
}

const section = (title, ...content) => el("section", {}, el("h2", {}, title), ...content);

const preview = q => `${(q.text ?? "(not text)").slice(0, 80)}${q.isCut || (q.text?.length ?? 0) > 80 ? "…" : ""}`;

const tiles = system => el("div", { class: "tiles" },
  tile(system.rates.samples === undefined ? "–" : number(system.rates.samples), "samples per second"),
  tile(system.rates.messages === undefined ? "–" : number(system.rates.messages), "messages per second"),
  tile(number(system.log.lagSeconds, 2), "seconds behind the log"),
  tile(duration(system.uptimeSeconds), "up", `since ${when(system.started)}`),
  tile(system.runtime, "runtime", system.version.split("+")[0]));

function fates(all) {
  const { total, ...each } = all;
  const sum = Object.values(each).reduce((a, b) => a + b, 0);
  return el("div", {},
    table(Object.keys(all).map(amount), [row(...Object.values(all).map(n => cell(n.toLocaleString("en"))))], ""),
    el("p", { class: "small" }, sum === total
      ? badge("the fates add up to the total", "good")
      : badge(`the fates add up to ${sum}, not ${total}`, "bad")));
}

const facts = group => table(["Fact", amount("Value")],
  Object.entries(group).map(([name, value]) => row(words(name), cell(shown(name, value)))), "Nothing is known.");

const words = name => name.replace(/Bytes$|Seconds$/, "").replace(/([A-Z0-9]+)/g, " $1").toLowerCase();

function shown(name, value) {
  if (name === "healthy") return value === 1 ? "yes" : "no";
  if (name.endsWith("Bytes")) return `${number(value / 1_048_576, 3)} MiB`;
  if (name.endsWith("Seconds")) return `${number(value, 3)} s`;
  return typeof value === "number" ? value.toLocaleString("en") : String(value ?? "–");
}
