// Where the keyboard goes on. Focus never falls back to the page as a whole.

const main = document.getElementById("main");

// The address names a room, so the link must not change it.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

let around = []; // the elements around the focused one, the nearest first

function ancestors(element) {
  const found = [];
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) found.push(at);
  return found;
}

const isShown = (element) => element.isConnected && element.checkVisibility();

/** Focus what is still there of the elements around the one that has gone. */
function goOn() {
  waiting = false;
  const focused = document.activeElement;
  if (focused && focused !== document.body && isShown(focused) && !focused.disabled) return;
  const place = around.find((element) => isShown(element) && (element.id || element.tabIndex >= 0));
  around = [];
  if (!place) return;
  if (!place.hasAttribute("tabindex")) place.tabIndex = -1;
  place.focus({ preventScroll: true });
}

addEventListener("focusin", ({ target }) => (around = [...ancestors(target), main]));
// A person who clicks beside everything wants nothing focused.
addEventListener("pointerdown", () => (around = []), { capture: true });
// Elements go in a script's task; what it focuses by itself comes first.
let waiting = false;
function elementsChanged() {
  if (!waiting) requestAnimationFrame(goOn);
  waiting = true;
}
new MutationObserver(elementsChanged).observe(document.body, {
  childList: true,
  subtree: true,
  attributes: true,
  attributeFilter: ["hidden", "disabled", "open"],
});
