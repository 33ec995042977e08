import { badge, el, number, when } from "../view.js";

// An alert (a CloudEvent of INTERFACES section 12) with what it rests on.
export function alertCard(event) {
  const data = event.data ?? {};
  const isCleared = event.type?.endsWith("cleared") || event.type?.endsWith("retracted");
  const top = Math.max(1e-9, ...(data.contributions ?? []).map(c => Math.abs(c.share)));
  return el("article", { class: `card alert ${isCleared ? "cleared" : data.severity >= 700 ? "severe" : ""}`, "data-alert": event.id },
    el("div", { class: "bar", style: "margin:0" },
      el("b", {}, data.alertname ?? event.type),
      badge(event.type?.split(".").pop() ?? "", isCleared ? "good" : "bad"),
      ...(data.audience ?? []).map(a => badge(a)),
      el("span", { class: "dim small" }, `${when(event.time)} · severity ${data.severity ?? "–"}`)),
    data.summary ? el("p", { style: "margin:.3rem 0" }, data.summary) : null,
    el("div", { class: "shares" }, (data.contributions ?? []).slice(0, 8).flatMap(c => [
      el("span", {}, c.signal ?? c.metric),
      el("span", { class: "meter", title: `share ${number(c.share)} of score ${number(data.score)}` }, el("i", { style: `width:${Math.abs(c.share) / top * 100}%` })),
      el("span", { class: "small" }, `${number(c.value ?? c.observed)} against ${number(c.baseline)} ${c.unit ?? ""}`),
    ])),
    el("p", { class: "small dim", style: "margin:.3rem 0 0" },
      `score ${number(data.score)} (limit ${number(data.threshold)}) · detector ${data.detector?.id ?? "–"} (${data.detector?.kind ?? ""} v${data.detector?.version ?? "–"})`,
      data.window ? ` · window ${when(data.window.from)} to ${when(data.window.to)}, ${number((data.window.completeness ?? 0) * 100)} % complete` : "",
      data.counterfactual ? ` · would not have fired with ${data.counterfactual}` : ""));
}
