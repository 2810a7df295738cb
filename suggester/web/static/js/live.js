// Tell the result of an action: in words for screen readers, and shortly on the page.
import { byId, h } from "./dom.js";

let clearing = 0;

/** Say a result politely, and show it for some seconds; `action` is a button to offer: {label, run}. */
export function say(sentence, action = null) {
  const place = byId("told");
  // The same sentence twice would not be read again.
  const live = byId("live");
  live.textContent = live.textContent === sentence ? `${sentence}\u00a0` : sentence;
  place.replaceChildren(h("span", { "aria-hidden": "true" }, sentence));
  if (action) place.append(h("button", { type: "button", onclick: action.run }, action.label));
  place.hidden = false;
  clearTimeout(clearing);
  clearing = setTimeout(() => (place.hidden = true), action ? 20000 : 6000);
}

/** Show a failure until it is closed or mended; `retry` runs again what failed. */
export function fail(sentence, retry = null) {
  const place = byId("failure");
  byId("told").hidden = true;
  place.querySelector(".failure-text").textContent = sentence;
  const again = place.querySelector(".failure-retry");
  again.hidden = !retry;
  again.onclick = () => {
    place.hidden = true;
    retry?.();
  };
  place.querySelector(".failure-close").onclick = () => (place.hidden = true);
  place.hidden = false;
}

/** Take the last failure off the page. */
export function mended() {
  byId("failure").hidden = true;
}
