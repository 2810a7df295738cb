// Build and replace elements. Text is always set as text: nothing here reads markup.

/** Return an element; `props` are attributes, `on…` listeners, `class`, `dataset`, or properties such as `value`. */
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (name === "dataset") Object.assign(element.dataset, value);
    else if (name === "value" || name === "checked" || name === "disabled") element[name] = value;
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Return a sign that only the eye needs. */
export function sign(glyph, name = "") {
  return h("span", { class: `sign ${name}`, "aria-hidden": "true" }, glyph);
}

/** Return words that only a screen reader needs. */
export function hidden(words) {
  return h("span", { class: "visually-hidden" }, words);
}

export const byId = (id) => document.getElementById(id);

/** Replace the children of `container`; the element with the same `data-focus` keeps the focus and the scroll stays. */
export function refill(container, ...children) {
  const active = document.activeElement;
  const held = container.contains(active) ? active.closest("[data-focus]")?.dataset.focus : null;
  const top = container.scrollTop;
  container.replaceChildren(...children.flat().filter(Boolean));
  container.scrollTop = top;
  if (held) focusOn(held);
}

/** Focus the element named by `data-focus`; tell whether there is one. */
export function focusOn(name) {
  const element = document.querySelector(`[data-focus="${CSS.escape(name)}"]`);
  element?.focus({ preventScroll: true });
  return Boolean(element);
}

/** Say "1 place" or "3 places". */
export const count = (number, one, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;
