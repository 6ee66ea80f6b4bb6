// What is in view of a map, as an SVG file.

// XML has no way to write most control characters.
const isWritten = (character) => character >= " " || "\t\n\r".includes(character);
const escaped = (text) =>
  Array.from(text).filter(isWritten).join("").replace(/[&<>"]/g, (character) => `&#${character.codePointAt(0)};`);
const rounded = (value) => Math.round(value * 10) / 10;

/** The text of the file. Points have their titles, which browsers show; clouds and pictures are left out. */
export function svg(camera, scene, inView, radius, labels) {
  const { x, y, titles, groups, colours, ink, quiet, ground } = scene;
  const points = inView.map((i) => {
    const [px, py] = camera.point(x[i], y[i]).map(rounded);
    return `<circle cx="${px}" cy="${py}" r="${rounded(radius)}" fill="${colours[groups[i]]}"><title>${escaped(titles[i])}</title></circle>`;
  });
  const texts = labels.map(({ text, x: px, y: py, style, isName }) => {
    const font = `font-size="${style.size}" font-weight="${isName ? 600 : 400}" fill="${isName ? ink : quiet}"`;
    return `<text x="${rounded(px)}" y="${rounded(py)}" ${font}>${escaped(text)}</text>`;
  });
  const { width, height } = camera;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<rect width="100%" height="100%" fill="${ground}"/>
<g fill-opacity="0.85">
${points.join("\n")}
</g>
<g font-family="system-ui, sans-serif" text-anchor="middle" dominant-baseline="central" stroke="${ground}" stroke-width="4" stroke-linejoin="round" paint-order="stroke">
${texts.join("\n")}
</g>
</svg>
`;
}
