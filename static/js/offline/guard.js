// Stands in the page itself, after the loader: says what to do where that is missing or cut, as when the page is opened
// inside the zip. The rest of the page is of no use then, and may be without its styles.

if (!globalThis.semblanceFiles) {
  const MESSAGES = {}; // language -> key -> text. The build fills this: py/semblance/parts/scripts.py
  const alert = document.createElement("div");
  alert.setAttribute("role", "alert");
  for (const [lang, { failed, missing_files: reason, remedy_folder: remedy }] of Object.entries(MESSAGES)) {
    const textContent = failed.replace("{reason}", reason).replace("{remedy}", remedy);
    alert.append(Object.assign(document.createElement("p"), { lang, textContent }));
  }
  document.body.replaceChildren(alert);
}
