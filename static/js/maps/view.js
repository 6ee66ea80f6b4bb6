// A map on a canvas: what it shows, and how it is moved by mouse, touch and keys.

import { Camera, bounds } from "./camera.js";
import { density } from "./density.js";
import { Room, TITLE } from "./labels.js";
import { labelsOf, paint, paintHovered, paintLasso, radiusOf, visible } from "./painter.js";
import { svg } from "./svg.js";

const MOVED_PX = 4; // a press that moves less is a click
const REACH_PX = { mouse: 12, pen: 16, touch: 24 }; // how near to a point a click may be
const PAN_PX = 80; // by an arrow key
const STEP = 1.5; // of zoom, by a key or a button
const WHEEL = 0.0018; // of zoom, by a pixel of the wheel
const REST_MS = 150; // after the last movement the map rests, and is drawn in full
const SETTLING_MS = 700; // in which points go to new places
const MOST_PICTURES = 400; // that are kept
const PNG_SCALE = 2;
const ARROWS = { ArrowRight: [-1, 0], ArrowLeft: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
const EMPTY = new Float32Array(0);

const dark = matchMedia("(prefers-color-scheme: dark)");
const still = matchMedia("(prefers-reduced-motion: reduce)");

/**
 * Callbacks: `read(index)` for a click on an item, `select(indices)` for a lasso, null where it is taken away,
 * `pictures(indices)` to ask for thumbnails, which `addPicture` brings.
 */
export class MapView {
  #canvas;
  #ctx;
  #callbacks;
  #camera = new Camera();
  #points = { x: EMPTY, y: EMPTY, titles: [], isPicture: EMPTY, order: [] };
  #groups = new Uint8Array(0);
  #variables = []; // names of the groups' colours in tokens.css
  #names = [];
  #lit = null;
  #pictures = new Map(); // index -> ImageBitmap; null while it is awaited
  #asked = false;
  #isDense = true;
  #cloud = null;
  #theme = null;
  #hovered = -1;
  #lasso = null; // places
  #isLassoing = false;
  #pointers = new Map();
  #moved = 0;
  #isMoving = false;
  #resting = 0; // a timer
  #frame = 0;
  #from = null; // where the points were, while they go to new places
  #settled = 0;
  #resized;
  #ended = new AbortController();

  constructor(canvas, callbacks) {
    this.#canvas = canvas;
    this.#ctx = canvas.getContext("2d");
    this.#callbacks = callbacks;
    const listen = (type, listener, options = {}) =>
      canvas.addEventListener(type, listener, { ...options, signal: this.#ended.signal });
    listen("pointerdown", (event) => this.#press(event));
    listen("pointermove", (event) => this.#move(event));
    listen("pointerup", (event) => this.#release(event));
    listen("pointercancel", (event) => this.#pointers.delete(event.pointerId));
    listen("pointerleave", () => this.hover(-1));
    listen("wheel", (event) => this.#wheel(event), { passive: false });
    listen("dblclick", (event) => this.#zoomAt(STEP ** 2, ...this.#at(event)));
    listen("keydown", (event) => this.#key(event));
    dark.addEventListener("change", () => this.#recolour(), { signal: this.#ended.signal });
    this.#resized = new ResizeObserver(() => this.#resize());
    this.#resized.observe(canvas);
  }

  /**
   * Show points. Those that were shown before go to their new places.
   *
   * @param {{x: Float32Array, y: Float32Array, titles: string[], isPicture: Uint8Array, order: Int32Array}} points
   *   `order` has the indices of the most typical items first.
   * @param {Int32Array} before  the index of each point among those that were shown before; -1 for a new one
   */
  show(points, before) {
    const old = this.#points;
    const was = (axis) => points[axis].map((value, i) => (before[i] < 0 ? value : old[axis][before[i]]));
    const stays = old.x.length === 0 || before.every((at, i) => at < 0 || (old.x[at] === points.x[i] && old.y[at] === points.y[i]));
    this.#from = stays || still.matches ? null : { x: was("x"), y: was("y") };
    this.#settled = performance.now() + SETTLING_MS;
    const pictures = new Map(Array.from(before, (at, i) => [i, this.#pictures.get(at)]).filter(([, bitmap]) => bitmap));
    this.#pictures = pictures;
    this.#points = points;
    this.#groups = this.#groups.length === points.x.length ? this.#groups : new Uint8Array(points.x.length);
    this.#lit = null;
    this.#hovered = -1;
    this.#cloud = null;
    this.#dropLasso();
    this.#camera.fit(bounds(points));
    this.#changed();
  }

  /** Colour the points: the group of each, and the names of the groups' colours in tokens.css. */
  colour(groups, variables) {
    this.#groups = groups;
    this.#variables = variables;
    this.#recolour();
  }

  /** Name places: {text, x, y}, the most important first. */
  name(names) {
    this.#names = names;
    this.#changed();
  }

  /** Light up the points of these indices; null lights none. */
  light(indices) {
    this.#lit = indices && new Set(indices);
    this.#changed();
  }

  /** Ring a point; -1 rings none. */
  hover(index) {
    if (index === this.#hovered) return;
    this.#hovered = index;
    this.#canvas.classList.toggle("on-item", index >= 0);
    this.#changed();
  }

  /** Show clouds where points lie densely. */
  showDensity(isDense) {
    this.#isDense = isDense;
    this.#changed();
  }

  /** Let dragging draw a lasso, or else move the map. */
  lasso(isOn) {
    this.#isLassoing = isOn;
    this.#canvas.classList.toggle("lassoing", isOn);
    if (!isOn) this.#dropLasso();
    this.#changed();
  }

  zoom(factor) {
    this.#zoomAt(factor, this.#camera.width / 2, this.#camera.height / 2);
  }

  whole() {
    this.#camera.whole();
    this.#changed();
  }

  /** Take a thumbnail, the bytes of a JPEG file; none if the item has lost it. */
  async addPicture(index, bytes) {
    const points = this.#points;
    const bitmap = await createImageBitmap(new Blob([bytes])).catch(() => null);
    if (points !== this.#points || !bitmap) return;
    if (this.#pictures.size > MOST_PICTURES) this.#pictures.delete(this.#pictures.keys().next().value);
    this.#pictures.set(index, bitmap);
    this.#changed();
  }

  /** What is in view, as a PNG file. */
  async png() {
    const canvas = new OffscreenCanvas(this.#camera.width * PNG_SCALE, this.#camera.height * PNG_SCALE);
    const ctx = canvas.getContext("2d");
    ctx.scale(PNG_SCALE, PNG_SCALE);
    const scene = this.#scene();
    paint(ctx, this.#camera, scene);
    ctx.globalCompositeOperation = "destination-over";
    ctx.fillStyle = scene.ground;
    ctx.fillRect(0, 0, this.#camera.width, this.#camera.height);
    return new Uint8Array(await (await canvas.convertToBlob({ type: "image/png" })).arrayBuffer());
  }

  /** What is in view, as the text of an SVG file. */
  svg() {
    const scene = this.#scene();
    const radius = radiusOf(scene.x.length, this.#camera.zoom);
    const inView = visible(this.#camera, scene, radius);
    const labels = labelsOf(this.#ctx, new Room(this.#camera.width, this.#camera.height), this.#camera, scene, inView, radius);
    return svg(this.#camera, scene, inView, radius, labels);
  }

  close() {
    this.#ended.abort();
    this.#resized.disconnect();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#resting);
  }

  // --- drawing ---

  /** Draw at the next frame. */
  #changed() {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.draw();
    });
  }

  /** Draw at the next frame, and once more when nothing moves any longer. */
  #moves() {
    this.#isMoving = true;
    clearTimeout(this.#resting);
    this.#resting = setTimeout(() => {
      this.#isMoving = false;
      this.#changed();
    }, REST_MS);
    this.#changed();
  }

  /** Draw now. */
  draw() {
    if (!this.#canvas.clientWidth || !this.#variables.length) return; // its room is not shown, or has no colours yet
    const scene = this.#scene();
    const missing = paint(this.#ctx, this.#camera, scene);
    if (this.#lasso) paintLasso(this.#ctx, this.#camera, this.#lasso, scene.ink);
    if (this.#hovered >= 0) paintHovered(this.#ctx, this.#camera, scene, this.#hovered);
    if (missing.length) this.#ask(missing);
    if (this.#from) this.#changed();
  }

  #scene() {
    this.#theme ??= themeOf(this.#canvas, this.#variables);
    const points = { ...this.#points, ...this.#between() };
    if (this.#isDense && !this.#from) this.#cloud ??= density(this.#points, bounds(this.#points), this.#theme.cloud);
    return {
      ...points,
      ...this.#theme,
      groups: this.#groups,
      names: this.#from ? [] : this.#names,
      lit: this.#lit,
      pictures: this.#pictures,
      isMoving: this.#isMoving,
      cloud: this.#isDense && !this.#from ? this.#cloud : null,
      hoverFont: TITLE.font.replace("12px", "13px"),
    };
  }

  /** Where the points are on their way to new places. */
  #between() {
    if (!this.#from) return {};
    const left = Math.max(0, (this.#settled - performance.now()) / SETTLING_MS);
    if (!left) {
      this.#from = null;
      return {};
    }
    const share = left ** 3;
    const axis = (name) => this.#points[name].map((value, i) => value + (this.#from[name][i] - value) * share);
    return { x: axis("x"), y: axis("y") };
  }

  /** Ask for pictures, once for each. */
  #ask(missing) {
    if (this.#asked) return;
    this.#asked = true;
    setTimeout(() => (this.#asked = false), 100); // zooming asks at every frame
    for (const index of missing) this.#pictures.set(index, null);
    this.#callbacks.pictures(missing);
  }

  #recolour() {
    this.#theme = null;
    this.#cloud = null;
    this.#changed();
  }

  #resize() {
    const { clientWidth, clientHeight } = this.#canvas;
    if (!clientWidth) return;
    this.#canvas.width = clientWidth * devicePixelRatio;
    this.#canvas.height = clientHeight * devicePixelRatio;
    this.#ctx.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    const isWhole = this.#camera.zoom === 1;
    this.#camera.resize(clientWidth, clientHeight);
    if (isWhole) this.#camera.whole();
    this.draw(); // at once: a canvas is empty after its size has changed
  }

  // --- mouse and touch ---

  #at = ({ offsetX, offsetY }) => [offsetX, offsetY];

  #press(event) {
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pointers.set(event.pointerId, this.#at(event));
    this.#moved = this.#pointers.size > 1 ? Infinity : 0;
    if (this.#isLassoing) this.#lasso = [this.#camera.place(...this.#at(event))];
  }

  #move(event) {
    const [px, py] = this.#at(event);
    const before = this.#pointers.get(event.pointerId);
    if (!before) return this.hover(this.#nearest(px, py, REACH_PX[event.pointerType] ?? REACH_PX.mouse));
    this.#moved += Math.hypot(px - before[0], py - before[1]);
    if (this.#isLassoing) this.#lasso?.push(this.#camera.place(px, py));
    else if (this.#pointers.size === 2) this.#pinch(event.pointerId, before, [px, py]);
    else if (this.#moved > MOVED_PX) this.#camera.pan(px - before[0], py - before[1]);
    this.#pointers.set(event.pointerId, [px, py]);
    this.#moves();
  }

  #pinch(id, before, now) {
    const [other] = [...this.#pointers].filter(([key]) => key !== id).map(([, point]) => point);
    const length = ([x, y]) => Math.hypot(x - other[0], y - other[1]) || 1;
    this.#camera.pan((now[0] - before[0]) / 2, (now[1] - before[1]) / 2);
    this.#camera.zoomAt(length(now) / length(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
  }

  #release(event) {
    if (!this.#pointers.delete(event.pointerId)) return;
    if (this.#moved > MOVED_PX) {
      if (this.#lasso && this.#isLassoing) this.#select();
      return;
    }
    if (this.#isLassoing) this.#dropLasso();
    const index = this.#nearest(...this.#at(event), REACH_PX[event.pointerType] ?? REACH_PX.mouse);
    if (index >= 0 && !this.#isLassoing) this.#callbacks.read(index);
    this.#changed();
  }

  #wheel(event) {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode ? 16 : 1);
    this.#zoomAt(Math.exp(-pixels * WHEEL), ...this.#at(event));
  }

  #zoomAt(factor, px, py) {
    this.#camera.zoomAt(factor, px, py);
    this.#moves();
  }

  /** The point that is nearest to a pixel, or the picture there; -1 if none is within reach. */
  #nearest(px, py, reach) {
    const { x, y } = this.#points;
    const { scale } = this.#camera;
    const [cx, cy] = this.#camera.place(px, py);
    let [nearest, least] = [-1, (reach / scale) ** 2];
    for (let i = 0; i < x.length; i++) {
      if (this.#lit && !this.#lit.has(i)) continue;
      const distance = (x[i] - cx) ** 2 + (y[i] - cy) ** 2;
      if (distance < least) [nearest, least] = [i, distance];
    }
    return nearest;
  }

  // --- the lasso ---

  #select() {
    const { x, y } = this.#points;
    const indices = Array.from(x.keys()).filter((i) => isInside(x[i], y[i], this.#lasso));
    this.#callbacks.select(indices);
    this.#changed();
  }

  #dropLasso() {
    if (this.#lasso) this.#callbacks.select(null);
    this.#lasso = null;
  }

  // --- keys ---

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const arrow = ARROWS[event.key];
    if (arrow) this.#camera.pan(PAN_PX * arrow[0], PAN_PX * arrow[1]);
    else if (event.key === "+" || event.key === "=") this.zoom(STEP);
    else if (event.key === "-") this.zoom(1 / STEP);
    else if (event.key === "0") this.#camera.whole();
    else if (event.key === "Escape") this.#dropLasso();
    else return;
    event.preventDefault();
    this.#changed();
  }
}

/** Whether a place is inside a polygon. */
function isInside(x, y, polygon) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [ax, ay] = polygon[i];
    const [bx, by] = polygon[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

/** The colours of the page's theme. */
function themeOf(canvas, variables) {
  const styles = getComputedStyle(canvas);
  const value = (name) => styles.getPropertyValue(name).trim();
  const [ink, quiet, ground, surface, line] = ["--text", "--quiet", "--ground", "--surface", "--line"].map(value);
  return { ink, quiet, ground, surface, line, colours: variables.map(value), cloud: rgb(value("--accent")) };
}

const rgb = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
