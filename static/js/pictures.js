// Showing pictures that are kept as bytes.

/** Show a Blob or the bytes of a picture in an <img>; the memory behind its address is given back once it is decoded. */
export function showPicture(img, data) {
  const url = URL.createObjectURL(data instanceof Blob ? data : new Blob([data]));
  const free = () => URL.revokeObjectURL(url);
  img.addEventListener("load", free, { once: true });
  img.addEventListener("error", free, { once: true });
  img.src = url;
}
