// Shows pictures that are kept as bytes.

/** Show a picture, a Blob or bytes, in an <img>. The memory behind its address is freed once it is decoded. */
export function showPicture(img, data) {
  const url = URL.createObjectURL(data instanceof Blob ? data : new Blob([data]));
  const free = () => URL.revokeObjectURL(url);
  img.addEventListener("load", free, { once: true });
  img.addEventListener("error", free, { once: true });
  img.src = url;
}
