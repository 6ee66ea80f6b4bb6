// Draws the maps of the labs with Apache ECharts. py/semblance/browser/pages/labs/points.py has their words and lists.
//
// Our Content-Security-Policy allows no inline styles, so tooltips are rich text, not HTML.

import { init } from "../../vendor/echarts/echarts.esm.min.js";

// Names of the groups' colours in tokens.css. Further groups have other symbols.
const COLOURS = Array.from({ length: 8 }, (_, place) => `--series-${place + 1}`);
// ECharts' names of the symbols, and their outlines in a square of 12.
const SYMBOLS = {
  circle: "M6 1a5 5 0 0 1 0 10a5 5 0 0 1 0 -10z",
  triangle: "M6 1L11 11H1z",
  rect: "M1 1H11V11H1z",
  diamond: "M6 0L11 6L6 12L1 6z",
};
const SYMBOL_NAMES = Object.keys(SYMBOLS);
const SVG = "http://www.w3.org/2000/svg";
const FEW = 40; // up to so many points in view, all are labelled where there is room
const FONT_PX = 13;
const ZOOMED_MS = 120; // pause in zooming before the labels follow
const STEPS = { ArrowRight: ["x", 1], ArrowLeft: ["x", -1], ArrowUp: ["y", 1], ArrowDown: ["y", -1] };
const MANY = 200; // ECharts draws a group of so many points or more in one go
const INDEX = 2; // a point's value is [x, y, index]
const dark = matchMedia("(prefers-color-scheme: dark)");

const colourOf = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

/** The ranges of the axes in a box of this shape. Both axes have equal units, so that distances can be seen. */
function ranges({ x, y }, width, height) {
  const middle = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const extent = (values) => Math.max(...values) - Math.min(...values) || 1;
  const unit = 1.12 * Math.max(extent(x) / width, extent(y) / height);
  const range = (values, size) => ({ min: middle(values) - (unit * size) / 2, max: middle(values) + (unit * size) / 2 });
  return { x: range(x, width), y: range(y, height) };
}

function symbolSize(count) {
  return count > 3000 ? 4 : count > 500 ? 6 : count > FEW ? 9 : 12;
}

class PointMap {
  #data;
  #chart;
  #element;
  #entries = []; // of the legend. They stay when the rest is drawn anew: a click on a new one would be lost
  #lit = null;
  #resized;
  #callbacks;
  #legend;
  #hidden = new Set(); // groups that the learner has hidden
  #point = null; // index of the point that the keyboard is at
  #zoomed;
  #recolour = () => this.#draw();
  #keyed = (event) => this.#key(event);
  #left = () => this.#goTo(null);

  constructor(element, data, legend, callbacks) {
    this.#element = element;
    this.#legend = legend;
    this.#callbacks = callbacks;
    this.#chart = init(element, null, { renderer: "canvas" });
    this.#chart.on("brushSelected", ({ batch }) => this.#selected(batch));
    this.#chart.on("dataZoom", () => {
      clearTimeout(this.#zoomed);
      this.#zoomed = setTimeout(() => this.#draw(), ZOOMED_MS);
    });
    element.addEventListener("keydown", this.#keyed);
    element.addEventListener("blur", this.#left);
    this.#resized = new ResizeObserver(() => {
      if (!element.clientWidth) return; // its room is not shown
      this.#chart.resize();
      this.#draw();
    });
    this.#data = data;
    this.#resized.observe(element); // this also causes the first drawing
    dark.addEventListener("change", this.#recolour);
  }

  /** Show other points. */
  update(data) {
    this.#data = data;
    this.#lit = null;
    this.#point = null;
    this.#hidden.clear();
    this.#entries = [];
    this.#legend.replaceChildren();
    this.lasso(false);
    this.#draw();
  }

  /** Light up the points of these indices; null lights none. */
  light(indices) {
    this.#lit = indices && new Set(indices);
    this.#draw();
  }

  /** Zoom by a factor around the middle. */
  zoom(factor) {
    const { dataZoom } = this.#chart.getOption();
    const zoomed = ({ start, end }) => {
      const middle = (start + end) / 2;
      const half = Math.min(50, (end - start) / 2 / factor);
      const shift = Math.max(0, half - middle) - Math.max(0, middle + half - 100);
      return { start: middle - half + shift, end: middle + half + shift };
    };
    const batch = dataZoom.map((zoom, dataZoomIndex) => ({ dataZoomIndex, ...zoomed(zoom) }));
    this.#chart.dispatchAction({ type: "dataZoom", batch });
  }

  /** Show the whole map. */
  whole() {
    const batch = [0, 1].map((dataZoomIndex) => ({ dataZoomIndex, start: 0, end: 100 }));
    this.#chart.dispatchAction({ type: "dataZoom", batch });
  }

  /** Let dragging draw a lasso, or else move the map. An earlier lasso is removed. */
  lasso(on) {
    this.#chart.dispatchAction({ type: "brush", areas: [] });
    const brushOption = on ? { brushType: "polygon", brushMode: "single" } : { brushType: false };
    this.#chart.dispatchAction({ type: "takeGlobalCursor", key: "brush", brushOption });
    const dataZoom = [0, 1].map(() => ({ moveOnMouseMove: !on }));
    this.#chart.setOption({ dataZoom });
  }

  close() {
    clearTimeout(this.#zoomed);
    this.#element.removeEventListener("keydown", this.#keyed);
    this.#element.removeEventListener("blur", this.#left);
    this.#resized.disconnect();
    dark.removeEventListener("change", this.#recolour);
    this.#chart.dispose();
  }

  #selected([{ areas, selected }]) {
    if (!areas.length) return;
    const { series } = this.#chart.getOption();
    const indices = selected.flatMap(({ seriesIndex, dataIndex }) => {
      const { type, data } = series[seriesIndex];
      return type === "scatter" ? dataIndex.map((at) => (data[at].value ?? data[at])[INDEX]) : [];
    });
    this.#callbacks.select(indices.sort((a, b) => a - b));
  }

  // --- by the keyboard ---

  #key(event) {
    if (event.key === "Escape") this.#goTo(null);
    if (!STEPS[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    this.#goTo(this.#next(...STEPS[event.key]));
  }

  /** The next point in the order of an axis, so that the keys reach each. */
  #next(axis, step) {
    const places = this.#data[axis];
    const shown = this.#shown().sort((a, b) => places[a] - places[b] || a - b);
    const at = this.#point === null ? -1 : shown.indexOf(this.#point);
    if (at < 0) return step > 0 ? shown[0] : shown.at(-1);
    return shown[Math.min(Math.max(at + step, 0), shown.length - 1)];
  }

  #goTo(index) {
    if (index === this.#point || index === undefined) return;
    this.#point = index;
    this.#bringIntoView(index);
    this.#draw();
    this.#callbacks.point(index ?? -1);
  }

  #bringIntoView(index) {
    if (index === null || !this.#outOfView([index]).length) return;
    const { dataZoom } = this.#chart.getOption();
    const batch = ["x", "y"].map((axis, dataZoomIndex) => {
      const { start, end } = dataZoom[dataZoomIndex];
      const at = this.#percent(axis, index);
      const from = Math.min(Math.max(at - (end - start) / 2, 0), 100 - (end - start));
      return { dataZoomIndex, start: from, end: from + end - start };
    });
    this.#chart.dispatchAction({ type: "dataZoom", batch });
  }

  // --- what is in view ---

  #axes = { x: { min: 0, max: 1 }, y: { min: 0, max: 1 } };

  #groupOf = (index) => this.#data.groups[index] ?? 0;

  /** Indices of the points that are not hidden. */
  #shown() {
    return [...this.#data.labels.keys()].filter((index) => !this.#hidden.has(this.#groupOf(index)));
  }

  /** Where on an axis a point is, from 0 to 100. */
  #percent(axis, index) {
    const { min, max } = this.#axes[axis];
    return ((this.#data[axis][index] - min) / (max - min)) * 100;
  }

  /** Those of the points that are beside the part of the map that is shown. */
  #outOfView(indices) {
    const { dataZoom } = this.#chart.getOption();
    const isOut = (axis, { start, end }, index) => this.#percent(axis, index) < start || this.#percent(axis, index) > end;
    return indices.filter((index) => isOut("x", dataZoom[0], index) || isOut("y", dataZoom[1], index));
  }

  /** Indices of the points that have a label: all in view if they are few, else those that the data names. */
  #named() {
    const inView = new Set(this.#shown());
    for (const index of this.#outOfView([...inView])) inView.delete(index);
    return inView.size <= FEW ? inView : new Set(this.#data.large);
  }

  /** On which side of its point each label has room. Where none has, ECharts hides it, and hovering or zooming shows it. */
  #sides(named) {
    const context = document.createElement("canvas").getContext("2d");
    context.font = `${FONT_PX}px sans-serif`;
    const pixel = (index) => this.#chart.convertToPixel({ xAxisIndex: 0, yAxisIndex: 0 }, this.#value(index).slice(0, 2));
    const taken = this.#shown().length > MANY ? [] : this.#shown().map((index) => boxAround(pixel(index), 8, 8));
    const sides = new Map();
    for (const index of named) {
      const [x, y] = pixel(index);
      const width = context.measureText(short(this.#data.labels[index])).width;
      const [right, down] = [width / 2 + 11, 16];
      const boxes = {
        top: boxAround([x, y - down], width, FONT_PX),
        right: boxAround([x + right, y], width, FONT_PX),
        bottom: boxAround([x, y + down], width, FONT_PX),
        left: boxAround([x - right, y], width, FONT_PX),
      };
      const { clientWidth, clientHeight } = this.#element;
      const fits = ([left, top, end, bottom]) => left >= 0 && top >= 0 && end <= clientWidth && bottom <= clientHeight;
      const free = Object.keys(boxes).find((side) => fits(boxes[side]) && !taken.some((box) => meet(box, boxes[side])));
      sides.set(index, free ?? "top");
      if (free) taken.push(boxes[free]);
    }
    return sides;
  }

  #draw() {
    const data = this.#data;
    const ink = colourOf(this.#element, "--text");
    const colours = COLOURS.map((name) => colourOf(this.#element, name));
    const names = data.group_names.length ? data.group_names : [""];
    const { clientWidth, clientHeight } = this.#element;
    const grid = { left: 8, right: 8, top: 24, bottom: 8 };
    this.#axes = ranges(data, clientWidth - 16, clientHeight - grid.top - grid.bottom);
    const { x, y } = this.#axes;
    const axis = ({ min, max }) => ({ type: "value", min, max, show: false });
    this.#chart.setOption(
      {
        animation: false,
        grid,
        xAxis: axis(x),
        yAxis: axis(y),
        toolbox: { show: false }, // the brush would add icons without names; the page has buttons
        tooltip: {
          renderMode: "richText",
          confine: true,
          formatter: ({ value }) => data.labels[value[INDEX]],
          backgroundColor: colourOf(this.#element, "--surface"),
          borderColor: colourOf(this.#element, "--line"),
          textStyle: { color: ink, width: Math.min(320, clientWidth - 40), overflow: "break" },
        },
        brush: {
          seriesIndex: "all",
          throttleType: "debounce",
          throttleDelay: 150,
          brushStyle: { color: "rgba(120, 140, 140, 0.2)", borderColor: ink },
          outOfBrush: { colorAlpha: 0.25 },
        },
        dataZoom: [
          { type: "inside", xAxisIndex: 0, filterMode: "none" },
          { type: "inside", yAxisIndex: 0, filterMode: "none" },
        ],
      },
      { replaceMerge: ["series"] },
    );
    const sides = this.#sides(this.#named()); // which asks the axes where the points are
    const groups = names.flatMap((name, group) => this.#group(name, group, colours, ink, sides));
    this.#chart.setOption({ series: [this.#joined(ink), ...groups] });
    this.#showLegend(names.length > 1 ? names : [], colours);
  }

  #showLegend(names, colours) {
    if (this.#entries.length !== names.length) {
      this.#entries = names.map((name, group) => this.#entry(name, group));
      this.#legend.replaceChildren(...this.#entries);
    }
    this.#entries.forEach((entry, group) => {
      const shape = entry.querySelector("path");
      shape.setAttribute("d", SYMBOLS[symbolOf(group, colours)]);
      shape.setAttribute("fill", colours[group % colours.length]);
      entry.setAttribute("aria-pressed", String(!this.#hidden.has(group)));
    });
  }

  /** A group's entry in the legend: a button that hides the group, or shows it again. */
  #entry(name, group) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "lab-map-group" });
    const icon = document.createElementNS(SVG, "svg");
    icon.setAttribute("viewBox", "0 0 12 12");
    icon.setAttribute("aria-hidden", "true");
    icon.append(document.createElementNS(SVG, "path"));
    button.append(icon, name);
    button.addEventListener("click", () => {
      if (!this.#hidden.delete(group)) this.#hidden.add(group);
      this.#draw();
    });
    return button;
  }

  /** A group as two series of the same name: its plain points, which are drawn in one go, and the points that stand out. */
  #group(name, group, colours, ink, sides) {
    const { labels } = this.#data;
    const plain = [];
    const special = [];
    for (const index of this.#shown()) {
      if (this.#groupOf(index) !== group) continue;
      const stands = index === this.#point || (this.#lit ? this.#lit.has(index) : sides.has(index));
      (stands ? special : plain).push(index);
    }
    const size = symbolSize(labels.length);
    const common = {
      type: "scatter",
      name,
      symbol: symbolOf(group, colours),
      symbolSize: size,
      color: colours[group % colours.length],
      itemStyle: { opacity: 0.85 },
      progressive: 0,
    };
    return [
      { ...common, data: plain.map(this.#value), itemStyle: { opacity: this.#lit ? 0.12 : 0.85 }, large: true, largeThreshold: MANY },
      { ...common, data: special.map((index) => this.#special(index, size, ink, sides)), labelLayout: { hideOverlap: true } },
    ];
  }

  #value = (index) => [this.#data.x[index], this.#data.y[index], index];

  #special(index, size, ink, sides) {
    const { labels } = this.#data;
    const point = { value: this.#value(index), symbolSize: size };
    if (this.#lit) {
      point.itemStyle = { opacity: 1, borderColor: ink, borderWidth: 1.5 };
      point.symbolSize = Math.max(10, size + 3);
    }
    if (sides.has(index)) {
      if (this.#data.large.length && labels.length > FEW) point.symbolSize = size + 5;
      const [formatter, position] = [() => short(labels[index]), sides.get(index)];
      point.label = { show: true, formatter, position, color: ink, fontSize: FONT_PX };
    }
    if (index === this.#point) {
      point.symbolSize = size + 7;
      point.itemStyle = { opacity: 1, borderColor: ink, borderWidth: 2.5 };
      point.label = { show: true, formatter: () => short(labels[index]), position: "top", color: ink, fontSize: FONT_PX };
    }
    return point;
  }

  #joined(ink) {
    const { x, y, joined } = this.#data;
    return {
      type: "lines",
      coordinateSystem: "cartesian2d",
      silent: true,
      data: joined.map(([from, to]) => ({ coords: [from, to].map((at) => [x[at], y[at]]) })),
      lineStyle: { color: ink, opacity: 0.45, width: 1.5, type: "dashed" },
    };
  }
}

const symbolOf = (group, colours) => SYMBOL_NAMES[Math.floor(group / colours.length) % SYMBOL_NAMES.length];

/** [left, top, right, bottom] of a box around its middle. */
const boxAround = ([x, y], width, height) => [x - width / 2, y - height / 2, x + width / 2, y + height / 2];
const meet = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

const short = (label) => (label.length > 28 ? `${label.slice(0, 27)}…` : label);

/**
 * Show a map of `data` (a figure of kind Points) in an element, until `close()`, and its groups in the element `legend`.
 * `select` is called with the indices of the points in the lasso, `point` with the index of the point that the arrow keys are
 * at, or -1.
 */
export const showMap = (element, data, legend, callbacks) => new PointMap(element, data, legend, callbacks);
