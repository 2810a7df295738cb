// What the note names and is not coded, with the words that decided; and procedures that were not done.
import { h } from "./dom.js";
import { bringIntoSight } from "./note.js";
import { state } from "./state.js";

const SIGNS = { negated: "⊘", family: "⌂", hypothetical: "…", uncertain: "?", historical: "↺", rule: "§" };
const open = { coded: false, performed: false };

function line(row, because, act) {
  return h("li", {},
    h("button", { type: "button", class: "quote", "aria-label": `Show in the note: ${row.text || row.code}`, onclick: () => bringIntoSight(row) }, row.text ? `“${row.text}”` : row.code),
    h("span", { class: "because" }, because),
    row.code ? h("button", { type: "button", class: "small", disabled: state.readOnly, "aria-label": `Code it after all: add ${row.code}`, onclick: () => act.addAnyway(row) }, `+ ${row.code}`) : null);
}

function fold(name, title, rows) {
  if (!rows.length) return null;
  const details = h("details", { class: "fold-list", open: open[name] }, h("summary", { dataset: { focus: `fold:${name}` } }, h("h3", {}, title)), h("ul", {}, ...rows));
  details.addEventListener("toggle", () => (open[name] = details.open));
  return details;
}

/** Return the two lists, folded. */
export function notCoded(act) {
  const { not_coded: refused, not_performed: undone } = state.view.result;
  return [
    fold("coded", `Not coded (${refused.length})`, refused.map((row) =>
      line(row, row.reason === "rule" ? `§ ${row.cue}` : `${SIGNS[row.reason] ?? "·"} ${row.reason}${row.cue ? `: “${row.cue}”` : ""}`, act))),
    fold("performed", `Named, not performed (${undone.length})`, undone.map((row) => line(row, `${row.status}${row.cue ? `: “${row.cue}”` : ""} · ${row.description}`, act))),
  ];
}
