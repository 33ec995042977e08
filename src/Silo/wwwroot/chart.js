// A line chart of one metric on a canvas. It ends now, not at the last sample, so that a metric that went silent runs out of its line.
// Gaps stay open.

import { serverNow } from "./api.js";
import { number, unitText, when } from "./view.js";

const MAX_POINTS = 5000;
const LEFT = 52, RIGHT = 8, TOP = 8, FOOT = 18;

export class Chart {
  #points = [];
  #marks = [];
  #limits = [];
  #pointer = null;

  constructor(canvas, { unit = "", span = 900_000, gap = 60_000 } = {}) {
    this.canvas = canvas;
    this.unit = unit;
    this.span = span;
    this.gap = gap;
    canvas.addEventListener("pointermove", event => { this.#pointer = event.offsetX; this.draw(); });
    canvas.addEventListener("pointerleave", () => { this.#pointer = null; this.draw(); });
  }

  // History below what has come live meanwhile: the two overlap, and each time counts once.
  set(points) {
    const first = this.#points[0]?.[0] ?? Infinity;
    this.#points = [...points.filter(p => p[0] < first), ...this.#points].slice(-MAX_POINTS);
    this.draw();
  }

  add(time, value) {
    const last = this.#points.at(-1);
    if (last && time <= last[0]) return;
    this.#points.push([time, value]);
    if (this.#points.length > MAX_POINTS) this.#points.splice(0, this.#points.length - MAX_POINTS);
  }

  // Alerts as [time, name]; limits of threshold detectors as values.
  mark(marks) { this.#marks = marks; }

  limit(limits) { this.#limits = limits; }

  draw() {
    const scale = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
    if (width === 0) return;
    this.canvas.width = Math.round(width * scale);
    this.canvas.height = Math.round(height * scale);
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(this.canvas);
    const ink = Object.fromEntries(["dim", "line", "chart", "bad", "card", "ink"].map(name => [name, style.getPropertyValue(`--${name}`)]));
    pen.font = "11px system-ui, sans-serif";
    const end = Math.max(serverNow(), this.#points.at(-1)?.[0] ?? 0);
    const start = end - this.span;
    const shown = this.#points.filter(p => p[0] >= start);
    if (shown.length === 0) {
      pen.fillStyle = ink.dim;
      pen.fillText(`nothing in the last ${Math.round(this.span / 60_000)} minutes`, 8, height / 2);
      return;
    }
    const [low, high] = this.#range(shown);
    const x = time => LEFT + (time - start) / this.span * (width - LEFT - RIGHT);
    const y = value => height - FOOT - (value - low) / (high - low) * (height - FOOT - TOP);
    const plane = { pen, ink, width, height, x, y, low, high, start, end };
    this.#drawAxes(plane);
    this.#drawLimits(plane);
    this.#drawLine(plane, shown);
    this.#drawMarks(plane);
    if (this.#pointer !== null) this.#drawPointer(plane, shown);
  }

  #range(shown) {
    let low = Infinity, high = -Infinity;
    for (const [, value] of shown) { low = Math.min(low, value); high = Math.max(high, value); }
    // A limit that is near is worth its room; a far one would flatten the line.
    const room = Math.max(high - low, Math.abs(high) * 0.02) * 1.5;
    for (const limit of this.#limits) {
      if (limit > high && limit - high < room) high = limit;
      if (limit < low && low - limit < room) low = limit;
    }
    const pad = (high - low || Math.abs(high) || 1) * 0.1;
    return [low - pad, high + pad];
  }

  #drawAxes({ pen, ink, width, height, y, low, high, start, end }) {
    pen.strokeStyle = ink.line; pen.fillStyle = ink.dim; pen.lineWidth = 1;
    for (let i = 0; i <= 3; i++) {
      const value = low + (high - low) * i / 3;
      pen.beginPath(); pen.moveTo(LEFT, y(value)); pen.lineTo(width - RIGHT, y(value)); pen.stroke();
      const text = label(value, high - low);
      pen.fillText(text, LEFT - 6 - pen.measureText(text).width, y(value) + 4);
    }
    pen.fillText(when(start), LEFT, height - 4);
    const now = when(end);
    pen.fillText(now, width - RIGHT - pen.measureText(now).width, height - 4);
  }

  #drawLimits({ pen, ink, width, y, low, high }) {
    pen.strokeStyle = ink.bad; pen.setLineDash([6, 4]); pen.lineWidth = 1;
    for (const limit of this.#limits.filter(l => l > low && l < high)) {
      pen.beginPath(); pen.moveTo(LEFT, y(limit)); pen.lineTo(width - RIGHT, y(limit)); pen.stroke();
    }
    pen.setLineDash([]);
  }

  #drawLine({ pen, ink, x, y }, shown) {
    pen.strokeStyle = ink.chart; pen.fillStyle = ink.chart; pen.lineWidth = 1.6; pen.beginPath();
    let before = null;
    for (const [time, value] of shown) {
      if (before === null || time - before > this.gap) pen.moveTo(x(time), y(value)); else pen.lineTo(x(time), y(value));
      before = time;
    }
    pen.stroke();
    const [time, value] = shown.at(-1);
    pen.beginPath(); pen.arc(x(time), y(value), 2.5, 0, 2 * Math.PI); pen.fill();
  }

  // A dashed line with a triangle: where an alert of this metric was raised.
  #drawMarks({ pen, ink, x, height, start, end }) {
    pen.strokeStyle = ink.bad; pen.fillStyle = ink.bad; pen.lineWidth = 1; pen.setLineDash([2, 3]);
    for (const [time] of this.#marks.filter(m => m[0] >= start && m[0] <= end)) {
      pen.beginPath(); pen.moveTo(x(time), TOP); pen.lineTo(x(time), height - FOOT); pen.stroke();
      pen.beginPath(); pen.moveTo(x(time), TOP + 1); pen.lineTo(x(time) - 4, TOP - 7); pen.lineTo(x(time) + 4, TOP - 7); pen.fill();
    }
    pen.setLineDash([]);
  }

  #drawPointer({ pen, ink, x, y, width }, shown) {
    const nearest = shown.reduce((best, p) => Math.abs(x(p[0]) - this.#pointer) < Math.abs(x(best[0]) - this.#pointer) ? p : best);
    const mark = this.#marks.find(m => Math.abs(x(m[0]) - this.#pointer) < 5);
    const text = mark ? `${when(mark[0])} ${mark[1]}` : `${when(nearest[0])}  ${number(nearest[1])} ${unitText(this.unit)}`;
    pen.fillStyle = ink.ink;
    pen.beginPath(); pen.arc(x(nearest[0]), y(nearest[1]), 3, 0, 2 * Math.PI); pen.fill();
    const size = pen.measureText(text).width;
    const left = Math.min(Math.max(LEFT, x(nearest[0]) - size / 2), width - RIGHT - size);
    pen.fillStyle = ink.card; pen.fillRect(left - 3, TOP, size + 6, 15);
    pen.fillStyle = ink.ink; pen.fillText(text, left, TOP + 12);
  }
}

function label(value, range) {
  if (Math.abs(value) >= 1e6) return value.toExponential(1);
  return value.toFixed(range >= 50 ? 0 : range >= 5 ? 1 : range >= 0.5 ? 2 : range >= 0.05 ? 3 : 4);
}
