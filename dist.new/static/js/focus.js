// Keeps the keyboard's place: when the focused element goes away, an element near it gets the focus, never the whole page.

const main = document.getElementById("main");

// The address names a room, so the “skip” link must not change it.
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  main.focus();
});

let around = []; // elements around the focused one, nearest first

function ancestors(element) {
  const elements = [];
  for (let at = element.parentElement; at && at !== document.body; at = at.parentElement) elements.push(at);
  return elements;
}

const isShown = (element) => element.isConnected && element.checkVisibility();

/** Focus the nearest remaining element around the one that has gone. */
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
// A click beside all elements means that nothing is to be focused.
addEventListener("pointerdown", () => (around = []), { capture: true });
// A script removes elements within a task. It may set the focus itself in that task, and then its choice holds.
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
