// The list of suggestions: diagnoses and procedures apart, the selected one opened.
import { byId, count, h, hidden, refill, sign } from "./dom.js";
import { decisionOn, group, openConfident } from "./ordering.js";
import { reasonsOf } from "./reasons.js";
import { change, confidenceWord, keyOf, percent, state } from "./state.js";

const SIGNS = { accepted: "✓", rejected: "✕", replaced: "→", open: "" };
const SYSTEMS = { icd10cm: "ICD-10-CM", cpt: "CPT", hcpcs: "HCPCS", icd10pcs: "ICD-10-PCS" };
const SECTIONS = { hpi: "HPI", pmh: "past history", ros: "ROS", assessment_plan: "A&P" };
const MEANT = { present: "", uncertain: "? uncertain", historical: "↺ history", family: "⌂ family", negated: "⊘ negated", hypothetical: "… hypothetical" };

function codeOf(row) {
  const modifiers = (row.modifiers ?? []).map((one) => `-${one.modifier}`).join("");
  return row.code + modifiers + (row.units > 1 ? ` ×${row.units}` : "");
}

function chips(row) {
  const out = row.flags.map((flag) => {
    if (flag.kind === "hcc") return [`HCC ${flag.model} ${flag.category}${flag.supported ? "" : " · support missing"}`, flag.label ?? "", flag.supported ? "" : "wants"];
    return [flag.message ?? flag.kind.replaceAll("_", " "), "", "wants"];
  });
  if (!row.billable) out.push(["not billable", "", "wants"]);
  return out.map(([words, title, kind]) => h("li", { class: `chip ${kind}`, title: title || null }, words));
}

/** Return the sign of the gravest alert, and in words how many there are. */
function warned(alerts) {
  const isError = alerts.some((alert) => alert.severity === "error");
  return h("span", { class: `has-alert ${isError ? "error" : ""}`, title: alerts[0].message }, sign(isError ? "✖" : "▲"), hidden(count(alerts.length, "check")));
}

/** Return the flags in the few words that a closed row has room for. */
function tags(row) {
  const kinds = new Set(row.flags.map((flag) => flag.kind));
  return [["hcc", "HCC", "risk category"], ["more_detail", "detail", "more detail would change this code"]].filter(([kind]) => kinds.has(kind)).map(([, ...words]) => words);
}

/** Return which document a place is in, where it is not the first. */
function documentOf(place) {
  const { documents } = state.view;
  const at = documents.findIndex((document) => document.id === place.document);
  return at > 0 ? documents[at].type || documents[at].id : "";
}

function quotation(row, act) {
  return row.evidence.map((place, at) => h("li", {}, h("button", {
    type: "button", class: `quote${at === state.evidence ? " looked-at" : ""}`, dataset: { focus: `e:${keyOf(row)}:${at}` },
    "aria-label": `Show in the note: ${place.text}`, onclick: () => act.evidence(at),
  }, `“${place.text}”`), h("small", {}, [documentOf(place), SECTIONS[place.section] ?? place.section?.replaceAll("_", " "), MEANT[place.assertion] ?? place.assertion].filter(Boolean).join(" · "))));
}

function alternatives(row, act) {
  if (!row.alternatives.length) return null;
  return h("div", { class: "alternatives" }, h("h4", {}, "Instead ", h("small", {}, h("kbd", {}, "←"), h("kbd", {}, "→"), " then ", h("kbd", {}, "Enter"))),
    h("ul", {}, ...row.alternatives.map((other, at) => h("li", {}, h("button", {
      type: "button", class: at === state.alternative ? "chosen" : "", dataset: { focus: `alt:${at}` }, disabled: state.readOnly,
      "aria-label": `Replace ${row.code} by ${other.code}, ${other.description}, ${other.reason}`, onclick: () => act.replace(row, other),
    }, h("code", {}, other.code), " ", other.description, " ", h("small", {}, other.reason))))));
}

function detail(row, companion, act) {
  const more = [SYSTEMS[row.system], row.diagnoses?.length ? `for ${row.diagnoses.join(", ")}` : ""].filter(Boolean).join(" · ");
  return h("div", { class: "detail" },
    h("ul", { class: "quotes" }, ...quotation(row, act)),
    row.derived_from ? h("p", { class: "derived" }, `From rule: ${row.derived_from.codes.join(" + ")}`, companion ? ` · ${companion}` : "") : null,
    ...row.alerts.map((alert) => h("p", { class: `row-alert ${alert.severity}` }, sign(alert.severity === "error" ? "✖" : "▲"), hidden(`${alert.severity}: `), alert.message, " ", h("small", {}, alert.source))),
    h("div", { class: "meta" },
      h("small", {}, more),
      h("ul", { class: "chips" }, ...chips(row)),
      h("button", { type: "button", class: "link", "aria-expanded": String(state.why), dataset: { focus: `why:${keyOf(row)}` }, onclick: () => change({ why: !state.why }) }, "why?")),
    state.why ? reasonsOf(row) : null,
    alternatives(row, act));
}

function item({ suggestion: row, companion }, act) {
  const key = keyOf(row);
  const selected = key === state.selected;
  const decision = decisionOn(row);
  const word = confidenceWord(row.confidence);
  const tab = selected ? 0 : -1;
  const places = row.evidence.length ? count(row.evidence.length, "place") : row.derived_from ? "rule" : "";
  const button = (name, glyph, label, run, pressed) => h("button", { type: "button", class: `act ${name}`, tabindex: tab, "aria-label": label, title: label, "aria-pressed": String(pressed), disabled: state.readOnly, dataset: { focus: `${name}:${key}` }, onclick: run }, sign(glyph));
  return h("li", { class: `suggestion ${decision.kind}${selected ? " selected" : ""}${companion ? " companion" : ""}`, dataset: { key } },
    h("div", { class: "row" },
      h("button", { type: "button", class: "row-main", tabindex: tab, "aria-expanded": String(selected), "aria-current": selected ? "true" : null, dataset: { focus: `s:${key}` }, onclick: () => act.select(key) },
        sign(companion ? "└" : state.shown.has(key) ? "·" : "•", state.shown.has(key) ? "seen" : "unseen"),
        h("span", { class: "code" }, codeOf(row)),
        h("span", { class: "title", title: row.description }, row.description, companion && !selected ? h("small", {}, ` ${companion}`) : null),
        selected || decision.done ? null : h("span", { class: "tags" }, ...tags(row).map(([words, title]) => h("small", { title }, words))),
        row.alerts.length ? warned(row.alerts) : null,
        decision.done
          ? h("span", { class: "decision" }, sign(SIGNS[decision.kind]), ` ${decision.words}`)
          : h("span", { class: `confidence ${word}` }, word, " ", h("b", {}, percent(row.confidence))),
        h("span", { class: "places" }, places)),
      button("accept", "✓", `Accept ${row.code}`, () => act.accept(row), decision.kind === "accepted"),
      button("reject", "✕", `Reject ${row.code}`, () => act.reject(row), decision.kind === "rejected")),
    selected ? detail(row, companion, act) : null);
}

function section(title, diagnoses, act) {
  const { rows, all } = group(diagnoses);
  const open = rows.filter((row) => !decisionOn(row.suggestion).done).length;
  const name = diagnoses ? "diagnoses" : "procedures";
  const told = open ? `${open} open` : rows.length ? "all decided" : "weak ones only";
  return [
    h("h3", { id: `suggested-${name}` }, title, " ", h("small", {}, all.length ? told : "")),
    all.length
      ? h("ol", { class: "suggestions", "aria-labelledby": `suggested-${name}` }, ...rows.map((row) => item(row, act)))
      : h("p", { class: "empty" }, diagnoses ? "No diagnosis was found. Select words in the note and press / to search for a code." : "No procedure or visit was found."),
  ];
}

/** Draw the suggestions; `act` has what their buttons do. */
export function drawSuggestions(act, after) {
  const folded = group(true).folded + group(false).folded;
  const anyWeak = group(true).weak + group(false).weak;
  refill(byId("suggestions"),
    section("Diagnoses", true, act), section("Procedures and visits", false, act),
    anyWeak ? h("button", { type: "button", class: "link fold", dataset: { focus: "weak" }, "aria-expanded": String(state.showWeak), onclick: () => change({ showWeak: !state.showWeak }) },
      state.showWeak ? "Hide the weak ones " : `Show ${count(folded, "weak one")} `, h("kbd", {}, "w")) : null,
    ...after);
  const seen = openConfident().filter((row) => state.shown.has(keyOf(row))).length;
  const all = openConfident().length;
  const button = byId("accept-confident");
  button.disabled = state.readOnly || !seen;
  button.querySelector("span").textContent = all ? `Accept confident: ${seen} of ${all} seen` : "Accept confident: none open";
}
