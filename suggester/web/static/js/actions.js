// What a coder does with suggestions, assigned codes and checks: each action one decision.
import { askChoice, askWords } from "./dialogs.js";
import { decide, reload, stepsWait } from "./decisions.js";
import { count, focusOn } from "./dom.js";
import { fail, say } from "./live.js";
import { open } from "./checks.js";
import { lookAt, select, selectedSuggestion, stepOn } from "./moving.js";
import { selectedWords } from "./note.js";
import { decisionOn, find, openConfident, REASONS } from "./ordering.js";
import { queryAbout } from "./queries.js";
import { askForCode } from "./search.js";
import { change, isDiagnosis, keyOf, lines, positionOf, state } from "./state.js";

const left = () => {
  const many = state.view.result.suggestions.filter((row) => row.tier === "confident" && !decisionOn(row).done).length;
  return many ? `${count(many, "confident one")} left.` : "No confident one is left.";
};
const evidenceOf = (row) => row.evidence.map(({ document, start, end }) => ({ document: document ?? state.view.documents[0].id, start, end }));

async function accept(row) {
  if (decisionOn(row).kind === "accepted") say(`${row.code} is assigned already; u takes the last step back.`);
  else if (await decide("accept", { system: row.system, code: row.code }, () => `Accepted ${row.code}. ${left()}`)) stepOn(keyOf(row));
}

async function reject(row) {
  const given = await askChoice("reject", `${row.code} ${row.description}`, REASONS);
  if (!given) return;
  const note = given.note ? { note: given.note } : {};
  if (await decide("reject", { system: row.system, code: row.code, reason: given.value, ...note }, () => `Rejected ${row.code}. ${left()}`)) stepOn(keyOf(row));
}

async function replaceBy(row, other) {
  if (await decide("replace", { system: row.system, code: row.code, with: other.code, with_system: other.system ?? row.system }, `Replaced ${row.code} by ${other.code}.`)) stepOn(keyOf(row));
}

async function replaceBySearch(row) {
  const found = await askForCode({ title: `Replace ${row.code} by`, words: row.description, system: row.system });
  if (found) await replaceBy(row, found);
}

async function add() {
  const words = selectedWords();
  const found = await askForCode({ title: "Add a code", words: words?.text ?? "", evidence: words });
  if (!found) return;
  const fields = words
    ? { origin: "selection", evidence: [{ document: words.document, start: words.start, end: words.end }] }
    : { origin: "typed" };
  if (await decide("add", { system: found.system, code: found.code, ...fields }, `Added ${found.code} ${found.description}.`)) {
    getSelection().removeAllRanges();
    select(`${found.system}:${found.code}`, { focus: false });
    focusOn(`l:${found.system}:${found.code}`);
  }
}

async function addAnyway(row) {
  const evidence = row.end > row.start ? { evidence: [{ document: row.document ?? state.view.documents[0].id, start: row.start, end: row.end }] } : {};
  await decide("add", { system: row.system ?? "icd10cm", code: row.code, origin: "not_coded", ...evidence }, `Added ${row.code}.`);
}

async function remove(line) {
  const at = positionOf(line);
  const same = lines().filter((row) => isDiagnosis(row) === isDiagnosis(line) && keyOf(row) !== keyOf(line));
  if (!(await decide("remove", { system: line.system, code: line.code }, `Took ${line.code} off; u brings it back.`))) return;
  const next = same[Math.min(at, same.length - 1)];
  focusOn(next ? `l:${keyOf(next)}` : "add-code");
}

async function move(line, position) {
  const last = lines().filter((row) => isDiagnosis(row) === isDiagnosis(line)).length - 1;
  if (position < 0 || position > last) return;
  if (await decide("move", { system: line.system, code: line.code, position }, `${line.code} is number ${position + 1} of ${last + 1}.`)) focusOn(`l:${keyOf(line)}`);
}

async function acceptConfident() {
  const codes = openConfident().filter((row) => state.shown.has(keyOf(row))).map((row) => [row.system, row.code]);
  if (!codes.length) say("Look at the confident ones first: j shows the words behind each.");
  else if (await decide("accept_many", { codes }, () => `Accepted ${count(codes.length, "code")}. ${left()}`)) stepOn(state.selected);
}

/** Open the details of the line that an alert is about, where its diagnoses are chosen. */
function point(alert) {
  const line = lines().find((row) => !isDiagnosis(row) && row.code === alert.codes[0]);
  if (!line) return;
  change({ editing: keyOf(line) });
  const first = lines().find(isDiagnosis);
  if (first) focusOn(`point:${keyOf(line)}:${first.code}`);
  document.activeElement.scrollIntoView({ block: "nearest" });
}

async function keep(alert) {
  const word = await askWords("acknowledge", alert.message);
  if (word) await decide("acknowledge", { alert: alert.key, word }, "Warning kept with your word.");
}

async function query(alert = null) {
  const codes = alert?.codes ?? (state.selected ? [state.selected.split(/:(.*)/s)[1]] : []);
  const prepared = alert ? alert.mend?.query : queryAbout(find(state.selected));
  const text = await askWords("query", codes.length ? `About ${codes.join(", ")}` : "About this encounter", prepared ?? "");
  if (text) await decide("query", { text, codes, ...(alert ? { alert: alert.key } : {}) }, "Query kept with the encounter.");
}

/** Every code that is assigned or rejected, with which of the two. */
const decided = () => new Set([...lines().map((row) => `assigned ${keyOf(row)}`), ...state.view.worksheet.rejected.map((row) => `rejected ${keyOf(row)}`)]);

async function undo() {
  if (!state.view.worksheet.can_undo && !stepsWait()) {
    say("There is nothing to take back.");
    return;
  }
  const before = decided();
  let keys = [];
  const told = () => {
    const after = decided();
    const changed = [...before].filter((one) => !after.has(one)).concat([...after].filter((one) => !before.has(one)));
    keys = [...new Set(changed.map((one) => one.split(" ")[1]))];
    return keys.length ? `Took the last step back: ${keys.map((key) => key.split(":")[1]).join(", ")}.` : "Took the last step back.";
  };
  if (!(await decide("undo", {}, told))) return;
  const [key] = keys;
  if (keys.length === 1 && find(key)) select(key, { focus: document.activeElement?.closest(".suggestion") !== null });
}

async function pend() {
  if (state.view.worksheet.pending) {
    await decide("resume", {}, "The encounter is no longer pending.");
    return;
  }
  const reason = await askWords("pend", "What is it waiting for?");
  if (reason) await decide("pend", { reason }, "The encounter is pending.");
}

async function finish() {
  const [error] = open("error");
  if (error) {
    say(`${count(open("error").length, "error")} must be mended before finishing.`);
    focusOn(`mend:${error.key}`) || focusOn(`query:${error.key}`);
    return;
  }
  for (let [warning] = open("warning"); warning; [warning] = open("warning")) {
    const before = open("warning").length;
    await keep(warning);
    if (open("warning").length >= before) return;
  }
  const view = await decide("finish", {}, "Finished and saved.");
  if (!view) return;
  if (view.next) location.assign(document.body.dataset.encounterUrl.replace("{id}", encodeURIComponent(view.next)));
  else focusOn("reopen");
}

async function reopen() {
  const reason = await askWords("reopen", "Why is it opened again?");
  if (reason && (await decide("reopen", { reason }, "Reopened."))) focusOn("suggestions");
}

/** What buttons and keys do. */
export const actions = {
  select: (key) => select(key),
  selectLine: (key) => select(key, { focus: false }),
  evidence: lookAt,
  accept,
  reject,
  replace: replaceBy,
  replaceBySearch,
  add,
  addAnyway,
  remove,
  move,
  acceptConfident,
  keep,
  point,
  query,
  pend,
  finish,
  reopen,
  line: (line, fields) => decide("line", { system: line.system, code: line.code, ...fields }, `Changed ${line.code}.`),
  mend: (alert) => decide("mend", { alert: alert.key }, "Mended; u takes it back.").then((view) => view && focusAfterMend()),
  undo,
  onSelected: (run) => {
    const row = selectedSuggestion();
    return row && run(row);
  },
  refresh: () => reload().catch((error) => fail(error.message)),
};

function focusAfterMend() {
  const [next] = [...open("error"), ...open("warning")];
  if (!next || !(focusOn(`mend:${next.key}`) || focusOn(`point:${next.key}`) || focusOn(`keep:${next.key}`))) focusOn("finish");
}
