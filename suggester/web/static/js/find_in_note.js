// Find words in the note: all hits are coloured, Enter goes to the next one.
import { byId } from "./dom.js";
import { remember, showRange } from "./note.js";

let hits = [];
let at = -1;

function rangesOf(words) {
  const found = [];
  const wanted = words.toLowerCase();
  for (const home of document.querySelectorAll(".note-text")) {
    const nodes = [];
    const walker = document.createTreeWalker(home, NodeFilter.SHOW_TEXT);
    let length = 0;
    while (walker.nextNode()) {
      nodes.push({ node: walker.currentNode, start: length });
      length += walker.currentNode.length;
    }
    const text = home.textContent.toLowerCase();
    if (text.length !== length) continue;
    const place = (offset, atEnd) => {
      const found = nodes.findLast((one) => (atEnd ? one.start < offset : one.start <= offset));
      return [found.node, offset - found.start];
    };
    for (let from = text.indexOf(wanted); from >= 0; from = text.indexOf(wanted, from + wanted.length)) {
      const range = document.createRange();
      range.setStart(...place(from, false));
      range.setEnd(...place(from + wanted.length, true));
      found.push(range);
    }
  }
  return found;
}

function paint() {
  if (!("highlights" in CSS)) return;
  CSS.highlights.set("found", new Highlight(...hits));
  CSS.highlights.set("found-here", new Highlight(...(hits[at] ? [hits[at]] : [])));
}

function step(by) {
  if (!hits.length) return;
  if (at < 0) remember();
  at = (at + by + hits.length) % hits.length;
  showRange(hits[at]);
  byId("found-count").textContent = `${at + 1} of ${hits.length}`;
  paint();
}

/** Wire the field "Find in note". */
export function wireFind() {
  const field = byId("find");
  field.addEventListener("input", () => {
    const words = field.value.trim();
    hits = words.length > 1 ? rangesOf(words) : [];
    at = -1;
    byId("found-count").textContent = words.length > 1 && !hits.length ? "not found" : "";
    paint();
    step(1);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      event.preventDefault();
      step(event.shiftKey ? -1 : 1);
    } else if (event.key === "Escape") {
      field.value = "";
      field.dispatchEvent(new Event("input"));
      field.blur();
    }
  });
}
