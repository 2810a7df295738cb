// "Why?": what a confidence was made of, what a visit level rests on, the characters of an ICD-10-PCS code.
import { h, hidden, sign } from "./dom.js";

const strength = (effect) => "●".repeat(Math.min(3, Math.max(1, Math.round(Math.abs(effect)))));

function reason({ statement, effect }) {
  const speaks = effect >= 0 ? "for" : "against";
  return h("li", { class: speaks }, h("span", { class: "weight" }, speaks, " ", sign(strength(effect))), statement);
}

function visit(row) {
  const basis = { mdm: "medical decision making", time: "time", age: "age", kind: "kind of visit" }[row.basis] ?? row.basis;
  const columns = [...new Set(row.elements.map((part) => part.column))];
  return [
    h("p", {}, `Level ${row.level} by ${basis}${row.minutes ? `, ${row.minutes} minutes` : ""}${row.patient ? `, ${row.patient} patient` : ""}.`),
    h("dl", { class: "elements" }, ...columns.map((column) => h("div", {},
      h("dt", {}, column),
      h("dd", {}, ...row.elements.filter((part) => part.column === column).map((part) =>
        h("span", { class: "element" }, part.element.replaceAll("_", " "), part.evidence ? ` “${part.evidence.text}”` : "", part.level ? h("small", {}, ` ${part.level}`) : null)))))),
    row.missing ? h("p", { class: "missing" }, row.missing) : null,
  ];
}

function axes(rows) {
  return h("dl", { class: "elements" }, ...rows.map((axis) => h("div", {},
    h("dt", {}, axis.name.replaceAll("_", " ")),
    h("dd", {}, h("code", {}, axis.value), ` ${axis.meaning} `, axis.evidence ? `“${axis.evidence.text}”` : null, axis.told ? null : h("em", {}, "not documented: taken")))));
}

/** Return what lies behind a suggestion, or a sentence where nothing more is known. */
export function reasonsOf(suggestion) {
  const parts = [];
  if (suggestion.derived_from) {
    parts.push(h("p", {}, `Made by the rule ${suggestion.derived_from.rule} from ${suggestion.derived_from.codes.join(", ")}.`));
  }
  if (suggestion.visit) parts.push(...visit(suggestion.visit));
  if (suggestion.axes) parts.push(axes(suggestion.axes));
  if (suggestion.reasons?.length) parts.push(h("ul", { class: "reasons" }, ...suggestion.reasons.map(reason)));
  for (const modifier of suggestion.modifiers ?? []) parts.push(h("p", {}, `-${modifier.modifier}: ${modifier.reason}`));
  if (!parts.length) parts.push(h("p", {}, "The confidence is that of the words in the note; nothing else was weighed."));
  return h("div", { class: "why" }, hidden("Why: "), ...parts.filter(Boolean));
}
