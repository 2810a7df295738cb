// The keys: one table, changeable on the sheet, kept in this browser, silent while typing.
import { byId, h } from "./dom.js";

const NAME = "suggester.keys";
const DEFAULTS = [
  ["next", "j", "Next suggestion", "Move"],
  ["previous", "k", "Previous suggestion", "Move"],
  ["evidence", "e", "Next place of its words in the note", "Move"],
  ["note_next", "]", "Next marked words in the note", "Move"],
  ["note_previous", "[", "Previous marked words in the note", "Move"],
  ["back", "b", "Back to where you were", "Move"],
  ["find", "f", "Find in the note", "Move"],
  ["weak", "w", "Show or hide the weak suggestions", "Move"],
  ["why", "y", "Why this suggestion?", "Move"],
  ["to_assigned", "g", "Go to the assigned codes", "Move"],
  ["to_checks", "c", "Go to the checks", "Move"],
  ["accept", "a", "Accept", "Decide"],
  ["accept_confident", "A", "Accept the confident ones you have seen", "Decide"],
  ["reject", "x", "Reject, then a digit for the reason", "Decide"],
  ["alternative_next", "ArrowRight", "Next alternative", "Decide"],
  ["alternative_previous", "ArrowLeft", "Previous alternative", "Decide"],
  ["replace", "Enter", "Replace by the chosen alternative", "Decide"],
  ["replace_search", "r", "Replace by a code you search for", "Decide"],
  ["add", "/", "Add a code; selected words become its evidence", "Decide"],
  ["undo", "u", "Take the last step back", "Decide"],
  ["up", "alt+ArrowUp", "Move the assigned code up", "Claim"],
  ["down", "alt+ArrowDown", "Move the assigned code down", "Claim"],
  ["pend", "p", "Pend, or resume", "Claim"],
  ["query", "q", "Write a query to the provider", "Claim"],
  ["timeline", "h", "Who did what when", "Claim"],
  ["finish", "ctrl+Enter", "Finish and open the next encounter", "Claim"],
  ["help", "?", "This sheet", "Claim"],
];
const SHOWN = { ArrowRight: "→", ArrowLeft: "←", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc", " ": "Space" };

let kept = read();
let actions = {};
let names = {};

function read() {
  try {
    return JSON.parse(localStorage.getItem(NAME)) ?? {};
  } catch {
    return {};
  }
}

function keep() {
  try {
    localStorage.setItem(NAME, JSON.stringify(kept));
  } catch {
    // The browser may refuse to keep it; the change holds until the page is left.
  }
}

const keyFor = (action) => kept[action] ?? DEFAULTS.find(([name]) => name === action)[1];
const shown = (key) => key.split("+").map((part) => SHOWN[part] ?? part).join(" ");

/** Return the name of a pressed key, such as "alt+ArrowUp". */
function pressed(event) {
  const parts = [event.ctrlKey || event.metaKey ? "ctrl" : "", event.altKey ? "alt" : "", event.shiftKey && event.key.length > 1 ? "shift" : ""];
  return [...parts.filter(Boolean), event.key].join("+");
}

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const opensItself = (target) => target.closest("button:not(.row-main), a[href], summary") !== null;

function handle(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const key = pressed(event);
  const found = DEFAULTS.find(([action]) => keyFor(action) === key && actions[action]);
  if (!found || document.querySelector("dialog[open]")) return;
  const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
  if (isTyping(event.target) && (isPlain || key !== keyFor("finish"))) return;
  if (isPlain && kept.off && key !== keyFor("help") && key.length === 1) return;
  if (event.key === "Enter" && isPlain && opensItself(event.target)) return;
  if (actions[found[0]](event) !== false) event.preventDefault();
}

/** Return the keys that act on this page, in its own words; all of them where it has none of its own. */
function known() {
  const here = DEFAULTS.filter(([action]) => actions[action]);
  return (here.length > 1 ? here : DEFAULTS).map(([action, key, words, group]) => [action, key, names[action] ?? words, group]);
}

function row([action, , words], redraw) {
  const button = h("button", { type: "button", "aria-label": `${shown(keyFor(action))}: change the key for “${words}”`, dataset: { focus: `key:${action}` } }, h("kbd", {}, shown(keyFor(action))));
  const status = byId("keys-status");
  button.onclick = () => {
    status.textContent = `Press the new key for “${words}”; Esc leaves it.`;
    button.classList.add("waiting");
    const take = (event) => {
      if (["Shift", "Control", "Alt", "Meta"].includes(event.key)) return;
      event.preventDefault();
      event.stopPropagation();
      removeEventListener("keydown", take, true);
      const key = pressed(event);
      const other = DEFAULTS.find(([name]) => name !== action && keyFor(name) === key);
      if (event.key === "Escape" || key === "Tab") status.textContent = "Nothing was changed.";
      else if (other) status.textContent = `${shown(key)} is taken by “${other[2]}”. Nothing was changed.`;
      else {
        kept[action] = key;
        keep();
        status.textContent = `${shown(key)} is now the key for “${words}”.`;
      }
      redraw();
      document.querySelector(`[data-focus="key:${action}"]`)?.focus();
    };
    addEventListener("keydown", take, true);
  };
  return h("div", {}, h("dt", {}, words), h("dd", {}, button));
}

function draw() {
  const shownHere = known();
  const groups = [...new Set(shownHere.map((one) => one[3]))];
  byId("keys-list").replaceChildren(...groups.map((group) => h("section", {}, h("h3", {}, group), h("dl", {}, ...shownHere.filter((one) => one[3] === group).map((one) => row(one, draw))))));
  byId("keys-off").checked = Boolean(kept.off);
}

/** Open the sheet of keys. */
function openSheet() {
  byId("keys-status").textContent = "";
  draw();
  byId("keys").showModal();
}

/** Listen for keys; `given` has a function for each action that the page knows, `words` what some do there. */
export function listen(given, words = {}) {
  names = words;
  actions = { help: openSheet, ...given };
  addEventListener("keydown", handle);
  byId("keys-open")?.addEventListener("click", openSheet);
  byId("keys").querySelector("[data-close]").addEventListener("click", () => byId("keys").close());
  byId("keys-reset").addEventListener("click", () => {
    kept = {};
    keep();
    draw();
    byId("keys-status").textContent = "All keys are as they were at first.";
  });
  byId("keys-off").addEventListener("change", (event) => {
    kept.off = event.target.checked;
    keep();
  });
}
