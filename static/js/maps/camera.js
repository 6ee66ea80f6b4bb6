// Which part of a map is in view. Places are those of the map, points are pixels of the drawing.

const MARGIN = 0.06; // of the drawing, around the whole map
const MOST = 60; // times the whole map, at most

/** The least and the greatest of each axis: [left, top, right, bottom]. */
export function bounds({ x, y }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < x.length; i++) {
    box[0] = Math.min(box[0], x[i]);
    box[1] = Math.min(box[1], y[i]);
    box[2] = Math.max(box[2], x[i]);
    box[3] = Math.max(box[3], y[i]);
  }
  return box;
}

export class Camera {
  x = 0; // the place in the middle
  y = 0;
  zoom = 1; // 1 shows the whole map
  width = 1;
  height = 1;
  #box = [-1, -1, 1, 1];

  /** Pixels of one unit of the map. */
  get scale() {
    const [left, top, right, bottom] = this.#box;
    const room = 1 - 2 * MARGIN;
    return this.zoom * Math.min((this.width * room) / (right - left || 1), (this.height * room) / (bottom - top || 1));
  }

  resize(width, height) {
    this.width = width;
    this.height = height;
  }

  /** Take the whole map to be this box. */
  fit(box) {
    this.#box = box;
    if (this.zoom === 1) this.whole();
  }

  whole() {
    const [left, top, right, bottom] = this.#box;
    this.x = (left + right) / 2;
    this.y = (top + bottom) / 2;
    this.zoom = 1;
  }

  point = (x, y) => [(x - this.x) * this.scale + this.width / 2, (y - this.y) * this.scale + this.height / 2];

  place = (px, py) => [(px - this.width / 2) / this.scale + this.x, (py - this.height / 2) / this.scale + this.y];

  /** Move by pixels. Some of the map stays in view. */
  pan(dx, dy) {
    const [left, top, right, bottom] = this.#box;
    this.x = Math.min(Math.max(this.x - dx / this.scale, left), right);
    this.y = Math.min(Math.max(this.y - dy / this.scale, top), bottom);
  }

  /** Zoom by a factor around a point, which stays where it is. */
  zoomAt(factor, px, py) {
    const [x, y] = this.place(px, py);
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), MOST);
    if (this.zoom === 1) return this.whole();
    const [nx, ny] = this.point(x, y);
    this.pan(px - nx, py - ny);
  }
}
