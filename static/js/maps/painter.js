// Draws a scene on a canvas: clouds, points, pictures, labels. view.js says what the scene is.

import { Room, placed } from "./labels.js";

const SQUARES_BELOW = 2.2; // pixels of radius; smaller points are squares, which are drawn faster
const MOST_DISCS = 1_500; // in view while the map moves; more are squares until it rests
const FAINT = 0.13; // opacity of the points that are not lit
const PICTURE = [40, 110]; // least and greatest length of a picture's longer side, in pixels
const MOST_PICTURES = 120;

/** The radius of points in pixels. */
export const radiusOf = (count, zoom) => (count > 4_000 ? 1.8 : count > 800 ? 2.8 : count > 150 ? 4 : 5.5) * Math.min(zoom ** 0.35, 2.5);

/**
 * Draw a scene. Returns the indices of the pictures that it would have drawn if it had them.
 *
 * @param {CanvasRenderingContext2D} ctx
 * @param {Camera} camera
 * @param {object} scene  x, y, titles, order, groups, colours, names, lit, isPicture, pictures, cloud, ink, ground, isMoving
 */
export function paint(ctx, camera, scene) {
  const { width, height } = camera;
  ctx.clearRect(0, 0, width, height);
  if (scene.cloud) paintCloud(ctx, camera, scene.cloud);
  const radius = radiusOf(scene.x.length, camera.zoom);
  const inView = visible(camera, scene, radius);
  const room = new Room(width, height);
  paintPoints(ctx, camera, scene, inView, radius);
  const missing = paintPictures(ctx, camera, scene, inView, room);
  const titled = scene.lit ? inView.filter((index) => scene.lit.has(index)) : inView;
  paintLabels(ctx, scene, labelsOf(ctx, room, camera, scene, titled, radius));
  return missing;
}

/** The labels of a scene: see labels.js. */
export const labelsOf = (ctx, room, camera, scene, inView, radius) => placed(ctx, room, camera, { ...scene, radius }, inView);

/** Indices of the points in view, in their order. */
export function visible(camera, { x, y, order }, radius) {
  const [left, top] = camera.place(-radius, -radius);
  const [right, bottom] = camera.place(camera.width + radius, camera.height + radius);
  return Array.from(order).filter((i) => x[i] >= left && x[i] <= right && y[i] >= top && y[i] <= bottom);
}

function paintCloud(ctx, camera, { picture, box }) {
  const [left, top] = camera.point(box[0], box[1]);
  const [right, bottom] = camera.point(box[2], box[3]);
  ctx.drawImage(picture, left, top, right - left, bottom - top);
}

function paintPoints(ctx, camera, scene, inView, radius) {
  const { lit } = scene;
  if (!lit) return paintGroups(ctx, camera, scene, inView, radius, 0.85);
  paintGroups(ctx, camera, scene, inView.filter((index) => !lit.has(index)), radius, FAINT);
  paintGroups(ctx, camera, scene, inView.filter((index) => lit.has(index)), radius + 2, 1);
}

function paintGroups(ctx, camera, scene, indices, radius, opacity) {
  ctx.globalAlpha = opacity;
  if (radius < SQUARES_BELOW || (scene.isMoving && indices.length > MOST_DISCS)) paintSquares(ctx, camera, scene, indices, radius);
  else paintDiscs(ctx, camera, scene, indices, radius);
  ctx.globalAlpha = 1;
}

/** The squares of a colour are one shape: that takes a tenth of the time. */
function paintSquares(ctx, camera, { x, y, groups, colours }, indices, radius) {
  const { scale } = camera;
  const [dx, dy] = camera.point(0, 0);
  const shapes = colours.map(() => new Path2D());
  for (const i of indices) shapes[groups[i]].rect(x[i] * scale + dx - radius, y[i] * scale + dy - radius, 2 * radius, 2 * radius);
  colours.forEach((colour, group) => {
    ctx.fillStyle = colour;
    ctx.fill(shapes[group]);
  });
}

/** The discs of a colour are copies of one picture, for the same reason. */
function paintDiscs(ctx, camera, { x, y, groups, colours, ground }, indices, radius) {
  const { scale } = camera;
  const [dx, dy] = camera.point(0, 0);
  const half = radius + 1; // with the outline
  const pictures = colours.map((colour) => disc(colour, ground, radius, half, ctx.getTransform().a));
  for (const i of indices) ctx.drawImage(pictures[groups[i]], x[i] * scale + dx - half, y[i] * scale + dy - half, 2 * half, 2 * half);
}

function disc(colour, ground, radius, half, scale) {
  const picture = new OffscreenCanvas(Math.ceil(2 * half * scale), Math.ceil(2 * half * scale));
  const ctx = picture.getContext("2d");
  ctx.scale(picture.width / (2 * half), picture.height / (2 * half));
  ctx.arc(half, half, radius, 0, 2 * Math.PI);
  ctx.lineWidth = 2; // half of it is under the point
  ctx.strokeStyle = ground;
  ctx.stroke();
  ctx.fillStyle = colour;
  ctx.fill();
  return picture.transferToImageBitmap(); // a canvas would be copied for each point
}

/** Pictures where there is room, the most typical first. */
function paintPictures(ctx, camera, scene, inView, room) {
  const { x, y, isPicture, pictures, lit, groups, colours } = scene;
  const longest = Math.min(PICTURE[0] * camera.zoom ** 0.4, PICTURE[1]);
  const missing = [];
  let left = MOST_PICTURES;
  for (const index of inView) {
    if (!left) break;
    if (!isPicture[index] || (lit && !lit.has(index))) continue;
    const [px, py] = camera.point(x[index], y[index]);
    const bitmap = pictures.get(index);
    const ratio = bitmap ? longest / Math.max(bitmap.width, bitmap.height) : 1;
    const [width, height] = bitmap ? [bitmap.width * ratio, bitmap.height * ratio] : [longest, longest];
    if (!room.take(px - width / 2, py - height / 2, width, height)) continue;
    left -= 1;
    if (!bitmap) {
      if (!pictures.has(index)) missing.push(index);
      continue;
    }
    ctx.save();
    ctx.beginPath();
    ctx.roundRect(px - width / 2, py - height / 2, width, height, 5);
    ctx.lineWidth = 4;
    ctx.strokeStyle = colours[groups[index]];
    ctx.stroke();
    ctx.clip();
    ctx.drawImage(bitmap, px - width / 2, py - height / 2, width, height);
    ctx.restore();
  }
  return missing;
}

function paintLabels(ctx, { ink, quiet, ground }, labels) {
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 4;
  ctx.strokeStyle = ground;
  for (const { text, x, y, style, isName } of labels) {
    ctx.font = style.font;
    ctx.strokeText(text, x, y);
    ctx.fillStyle = isName ? ink : quiet;
    ctx.fillText(text, x, y);
  }
}

/** A ring around a point, and what it is. */
export function paintHovered(ctx, camera, scene, index) {
  const { x, y, titles, ink, ground, surface, line } = scene;
  const [px, py] = camera.point(x[index], y[index]);
  const radius = radiusOf(x.length, camera.zoom) + 3;
  ctx.beginPath();
  ctx.arc(px, py, radius, 0, 2 * Math.PI);
  ctx.lineWidth = 5;
  ctx.strokeStyle = ground;
  ctx.stroke();
  ctx.lineWidth = 2;
  ctx.strokeStyle = ink;
  ctx.stroke();
  ctx.font = scene.hoverFont;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  const text = fitting(ctx, titles[index], camera.width - 32);
  const width = ctx.measureText(text).width + 16;
  const left = Math.min(Math.max(px - width / 2, 4), camera.width - width - 4);
  const top = py - radius - 34 < 4 ? py + radius + 8 : py - radius - 34;
  ctx.beginPath();
  ctx.roundRect(left, top, width, 26, 6);
  ctx.fillStyle = surface;
  ctx.fill();
  ctx.lineWidth = 1;
  ctx.strokeStyle = line;
  ctx.stroke();
  ctx.fillStyle = ink;
  ctx.fillText(text, left + 8, top + 13.5);
}

function fitting(ctx, text, width) {
  const characters = [...text];
  if (ctx.measureText(text).width <= width) return text;
  while (characters.length && ctx.measureText(`${characters.join("")}…`).width > width) characters.pop();
  return `${characters.join("")}…`;
}

/** The line of a lasso, by places on the map. */
export function paintLasso(ctx, camera, lasso, ink) {
  ctx.beginPath();
  for (const [x, y] of lasso) ctx.lineTo(...camera.point(x, y));
  ctx.closePath();
  ctx.globalAlpha = 0.1;
  ctx.fillStyle = ink;
  ctx.fill();
  ctx.globalAlpha = 1;
  ctx.lineWidth = 1.5;
  ctx.setLineDash([5, 4]);
  ctx.strokeStyle = ink;
  ctx.stroke();
  ctx.setLineDash([]);
}
