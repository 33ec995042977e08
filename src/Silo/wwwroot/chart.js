// A line chart of one metric on a canvas: axis of time and value, the range of the model, gaps left open.

const MAX_POINTS = 5000;

export class Chart {
  constructor(canvas, { unit = "", span = 900_000, gap = 60_000 } = {}) {
    this.canvas = canvas;
    this.unit = unit;
    this.span = span;
    this.gap = gap;
    this.points = [];
    this.marks = [];
  }

  set(points) {
    this.points = points.slice(-MAX_POINTS);
    this.draw();
  }

  add(time, value) {
    const last = this.points.at(-1);
    if (last && time <= last[0]) return;
    this.points.push([time, value]);
    if (this.points.length > MAX_POINTS) this.points.splice(0, this.points.length - MAX_POINTS);
    this.draw();
  }

  draw() {
    const scale = window.devicePixelRatio || 1;
    const width = this.canvas.clientWidth, height = this.canvas.clientHeight;
    if (width === 0) return;
    this.canvas.width = width * scale;
    this.canvas.height = height * scale;
    const pen = this.canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(this.canvas);
    const ink = style.getPropertyValue("--dim"), line = style.getPropertyValue("--line"), colour = style.getPropertyValue("--chart");
    pen.font = "11px system-ui, sans-serif";
    if (this.points.length === 0) {
      pen.fillStyle = ink;
      pen.fillText("no samples yet", 8, height / 2);
      return;
    }
    const end = this.points.at(-1)[0], start = Math.max(end - this.span, this.points[0][0]);
    const shown = this.points.filter(p => p[0] >= start);
    let low = Math.min(...shown.map(p => p[1])), high = Math.max(...shown.map(p => p[1]));
    const pad = (high - low || Math.abs(high) || 1) * 0.08;
    low -= pad; high += pad;
    const left = 46, bottom = height - 16;
    const x = t => left + (t - start) / Math.max(1, end - start) * (width - left - 6);
    const y = v => bottom - (v - low) / (high - low) * (bottom - 6);
    pen.strokeStyle = line; pen.fillStyle = ink; pen.lineWidth = 1;
    for (let i = 0; i <= 3; i++) {
      const v = low + (high - low) * i / 3;
      pen.beginPath(); pen.moveTo(left, y(v)); pen.lineTo(width - 6, y(v)); pen.stroke();
      pen.fillText(label(v, high - low), 2, y(v) + 4);
    }
    pen.fillText(new Date(start).toLocaleTimeString(), left, height - 3);
    const last = new Date(end).toLocaleTimeString();
    pen.fillText(last, width - 6 - pen.measureText(last).width, height - 3);
    pen.strokeStyle = colour; pen.lineWidth = 1.6; pen.beginPath();
    let before = null;
    for (const [t, v] of shown) {
      if (before === null || t - before > this.gap) pen.moveTo(x(t), y(v)); else pen.lineTo(x(t), y(v));
      before = t;
    }
    pen.stroke();
  }
}

function label(value, range) {
  const digits = range >= 50 ? 0 : range >= 5 ? 1 : range >= 0.5 ? 2 : 3;
  return Math.abs(value) >= 1e5 ? value.toExponential(1) : value.toFixed(digits);
}
