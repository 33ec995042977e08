import { get } from "../api.js";
import { el, row, cell, table, when } from "../view.js";

export async function systemPage(main, _argument, showFault) {
  const health = el("div"), facts = el("div"), quarantine = el("div");
  main.append(el("h1", {}, "System"), health, facts, el("h2", {}, "Quarantine"), quarantine,
    el("p", { class: "small dim" }, el("a", { href: "/openapi/v1.json" }, "OpenAPI"), " · ", el("a", { href: "/metrics" }, "metrics")));
  const load = async () => {
    const [ready, system, kept] = await Promise.all([get("/health/ready"), get("/api/v1/system"), get("/api/v1/quarantine", { size: 20 })]);
    health.replaceChildren(el("p", {}, "Health: ", String(ready.status)));
    facts.replaceChildren(table(["Fact", { text: "Value", number: true }], flatten(system).map(([k, v]) => row(k, cell(v))), "No facts."));
    quarantine.replaceChildren(table(["At", "Source", "Topic", "Reason", "Detail"],
      kept.items.map(q => row(when(q.ingestTime), q.source, q.topic, q.reason, q.detail)), "Nothing is in quarantine."));
  };
  await load();
  const timer = setInterval(() => load().catch(showFault), 3000);
  return () => clearInterval(timer);
}

function flatten(value, path = "") {
  if (value === null || typeof value !== "object") return [[path, typeof value === "number" ? value.toLocaleString("en") : String(value ?? "–")]];
  return Object.entries(value).flatMap(([key, inner]) => flatten(inner, path ? `${path}.${key}` : key));
}
