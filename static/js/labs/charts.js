// Draws the maps of the labs with Apache ECharts. py/semblance/browser/pages/labs/points.py has their words and lists.
//
// Our Content-Security-Policy allows no inline styles, so tooltips are rich text, not HTML.

import { init } from "../../vendor/echarts/echarts.esm.min.js";

// Okabe and Ito's colours, which colour-blind eyes can tell apart, without black, and with a darker yellow for a light ground.
// Further groups have other symbols.
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#8a7a00", "#7a5195"];
const ON_DARK = ["#4ea3dc", "#ee8a4a", "#3cc79c", "#e0a0c4", "#f2bd4f", "#86cdf5", "#d3c64b", "#b48bd0"];
const SYMBOLS = ["circle", "triangle", "rect", "diamond"];
const FEW = 40; // up to so many points, all are labelled
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
  #lit = null;
  #resized;
  #select;
  #recolour = () => this.#draw();

  constructor(element, data, select) {
    this.#element = element;
    this.#select = select;
    this.#chart = init(element, null, { renderer: "canvas" });
    this.#chart.on("brushSelected", ({ batch }) => this.#selected(batch));
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
    this.#select(indices.sort((a, b) => a - b));
  }

  #draw() {
    const data = this.#data;
    const ink = colourOf(this.#element, "--text");
    const colours = dark.matches ? ON_DARK : COLOURS;
    const names = data.group_names.length ? data.group_names : [""];
    const named = new Set(data.labels.length <= FEW ? data.labels.keys() : data.large);
    const groups = names.flatMap((name, group) => this.#group(name, group, colours, ink, named));
    const { clientWidth, clientHeight } = this.#element;
    const grid = { left: 8, right: 8, top: 24, bottom: names.length > 1 ? 44 : 8 };
    const { x, y } = ranges(data, clientWidth - 16, clientHeight - grid.top - grid.bottom);
    const axis = ({ min, max }) => ({ type: "value", min, max, show: false });
    this.#chart.setOption(
      {
        animation: false,
        grid,
        xAxis: axis(x),
        yAxis: axis(y),
        legend: {
          show: names.length > 1,
          type: "scroll",
          bottom: 4,
          textStyle: { color: ink },
          pageTextStyle: { color: ink },
          pageIconColor: ink,
          itemStyle: { opacity: 1 },
        },
        tooltip: {
          renderMode: "richText",
          confine: true,
          formatter: ({ value }) => data.labels[value[INDEX]],
          backgroundColor: colourOf(this.#element, "--surface"),
          borderColor: colourOf(this.#element, "--line"),
          textStyle: { color: ink, width: Math.min(320, clientWidth - 40), overflow: "break" },
        },
        brush: {
          toolbox: [],
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
        series: [this.#joined(ink), ...groups],
      },
      { replaceMerge: ["series"] },
    );
  }

  /** A group as two series of the same name: its plain points, which are drawn in one go, and the points that stand out. */
  #group(name, group, colours, ink, named) {
    const { labels, groups } = this.#data;
    const plain = [];
    const special = [];
    for (let index = 0; index < labels.length; index++) {
      if ((groups[index] ?? 0) !== group) continue;
      const stands = this.#lit ? this.#lit.has(index) : named.has(index);
      (stands ? special : plain).push(index);
    }
    const size = symbolSize(labels.length);
    const common = {
      type: "scatter",
      name,
      symbol: SYMBOLS[Math.floor(group / colours.length) % SYMBOLS.length],
      symbolSize: size,
      color: colours[group % colours.length],
      itemStyle: { opacity: 0.85 },
      progressive: 0,
    };
    return [
      { ...common, data: plain.map(this.#value), itemStyle: { opacity: this.#lit ? 0.12 : 0.85 }, large: true, largeThreshold: MANY },
      { ...common, data: special.map((index) => this.#special(index, size, ink, named)), labelLayout: { hideOverlap: true } },
    ];
  }

  #value = (index) => [this.#data.x[index], this.#data.y[index], index];

  #special(index, size, ink, named) {
    const { labels } = this.#data;
    const point = { value: this.#value(index), symbolSize: size };
    if (this.#lit) {
      point.itemStyle = { opacity: 1, borderColor: ink, borderWidth: 1.5 };
      point.symbolSize = Math.max(10, size + 3);
    }
    if (named.has(index)) {
      if (labels.length > FEW) point.symbolSize = size + 5;
      point.label = { show: true, formatter: () => short(labels[index]), position: "top", color: ink, fontSize: 13 };
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

const short = (label) => (label.length > 28 ? `${label.slice(0, 27)}…` : label);

/**
 * Show a map of `data` (a figure of kind Points) in an element, until `close()`. `select` is called with the indices of the
 * points in the lasso.
 */
export const showMap = (element, data, select) => new PointMap(element, data, select);
