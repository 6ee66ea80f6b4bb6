// Stands in the page itself, after the loader: says what to do where that is missing or cut, as when the page is opened
// inside the zip. The rest of the page is of no use then, and may be without its styles.

if (!globalThis.semblanceFiles) {
  const text = document.createElement("p");
  text.setAttribute("role", "alert");
  text.textContent =
    "Semblance could not start: files beside this page are missing. Unpack the whole zip into a folder, and open index.html there.";
  document.body.replaceChildren(text);
}
