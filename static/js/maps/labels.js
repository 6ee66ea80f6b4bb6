// Where labels have room on a map. No label lies on another one.

const GAP = 4; // pixels between labels
const LONGEST = 32; // characters of a title
const MOST_TITLES = 80;
const FEW = 50; // up to so many items in view, all have their titles, where there is room
const CLOSE = 2; // from this zoom on, some items have their titles
const TITLES_PER_ZOOM = 8;

const FAMILY = 'px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif';
export const NAME = { size: 14, font: `600 14${FAMILY}` };
export const TITLE = { size: 12, font: `12${FAMILY}` };

const widths = new Map();

function widthOf(ctx, text, { font }) {
  const key = font + text;
  if (!widths.has(key)) {
    if (widths.size > 20_000) widths.clear();
    ctx.font = font;
    widths.set(key, ctx.measureText(text).width);
  }
  return widths.get(key);
}

export const short = (title) => {
  const characters = [...title];
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join("").trimEnd()}…` : title;
};

const meet = ([left, top, right, bottom], box) => left < box[2] && right > box[0] && top < box[3] && bottom > box[1];

/** The boxes that are taken. */
export class Room {
  #width;
  #height;
  #taken = [];

  constructor(width, height) {
    this.#width = width;
    this.#height = height;
  }

  /** Take a box, if it is inside the drawing and free. Returns whether it was. */
  take(left, top, width, height) {
    const box = [left - GAP, top - GAP, left + width + GAP, top + height + GAP];
    const isInside = left >= 0 && top >= 0 && left + width <= this.#width && top + height <= this.#height;
    if (!isInside || this.#taken.some((other) => meet(box, other))) return false;
    this.#taken.push(box);
    return true;
  }
}

/**
 * The labels that have room: {text, x, y, style, isName}, x and y being the middle of each.
 *
 * @param {Room} room  what pictures have taken already
 * @param {{text, x, y}[]} names  of the clusters, with places on the map, the most important first
 * @param {number[]} inView  indices of the items that are in view, the most typical first
 */
export function placed(ctx, room, camera, { names, titles, x, y, radius }, inView) {
  const labels = [];
  const put = (text, style, spots) => {
    const width = widthOf(ctx, text, style);
    const spot = spots(width).find(([px, py]) => room.take(px - width / 2, py - style.size / 2, width, style.size));
    if (spot) labels.push({ text, x: spot[0], y: spot[1], style, isName: style === NAME });
  };
  for (const name of names) {
    const [px, py] = camera.point(name.x, name.y);
    put(name.text, NAME, () => [0, -18, 18, -36, 36].map((dy) => [px, py + dy]));
  }
  const most = inView.length <= FEW ? FEW : camera.zoom < CLOSE ? 0 : Math.min(MOST_TITLES, TITLES_PER_ZOOM * camera.zoom);
  for (const index of inView.slice(0, 3 * most)) {
    if (labels.length >= names.length + most) break;
    const [px, py] = camera.point(x[index], y[index]);
    const [right, down] = [radius + 6, radius + 10];
    put(short(titles[index]), TITLE, (width) => [
      [px + right + width / 2, py],
      [px - right - width / 2, py],
      [px, py + down],
      [px, py - down],
    ]);
  }
  return labels;
}
