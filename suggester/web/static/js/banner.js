// The line about the encounter: who and when, model, state, and why it may not be changed.
import { byId, h } from "./dom.js";
import { actions } from "./actions.js";
import { claimLinks } from "./claims.js";
import { state } from "./state.js";

const NAMES = { icd10cm: "ICD-10-CM", cpt: "CPT", hcpcs: "HCPCS", icd10pcs: "ICD-10-PCS" };
const STATES = { new: "new", in_review: "in review", pending: "pending", coded: "coded", audited: "audited", exported: "exported" };

function facts() {
  const { view } = state;
  const patient = [view.age ?? null, view.sex ?? null].filter((part) => part !== null).join(" ");
  return [patient || "patient not given", view.setting.value + (view.setting.inferred ? " (inferred)" : ""), view.date_of_service ?? "no date of service"];
}

/** Draw the line and the notices. */
export function drawBanner() {
  const { view } = state;
  byId("facts").replaceChildren(...facts().map((words) => h("li", {}, words)));
  byId("facts").title = view.setting.because ? `Setting inferred: ${view.setting.because}` : "";
  byId("state").textContent = STATES[view.state] ?? view.state;
  byId("state").dataset.state = view.state;
  byId("made-by").textContent = `${view.result.model.name} ${view.result.model.version} · ICD-10-CM ${view.result.code_sets.icd10cm ?? ""}`;
  byId("made-by").title = Object.entries(view.result.code_sets).map(([system, release]) => `${NAMES[system] ?? system} ${release}`).join(", ");
  byId("pend-open").querySelector("span").textContent = view.worksheet.pending ? "Resume" : "Pend…";
  byId("undo").disabled = state.readOnly || !view.worksheet.can_undo;
  for (const name of ["pend-open", "query-open", "add-code"]) byId(name).disabled = state.readOnly;
  const notices = (view.result.notices ?? []).map((words) => h("p", { class: "notice" }, words));
  if (state.lockedBy) notices.unshift(h("p", { class: "notice lock" }, `Read only: ${state.lockedBy} is working on this encounter. It opens by itself when they leave.`));
  if (view.worksheet.pending) notices.unshift(h("p", { class: "notice" }, `Pending: ${view.worksheet.pending.reason}`));
  if (view.worksheet.finished) {
    notices.unshift(h("p", { class: "notice done" }, "Finished and saved. ", h("button", { type: "button", class: "small", dataset: { focus: "reopen" }, onclick: actions.reopen }, "Reopen…"), " ",
      ...claimLinks(view), " ",
      view.next ? h("a", { href: document.body.dataset.encounterUrl.replace("{id}", encodeURIComponent(view.next)) }, "Next encounter") : h("a", { href: document.body.dataset.worklistUrl }, document.body.classList.contains("blind") ? "Back to the audit" : "Back to the worklist")));
  }
  byId("notices").replaceChildren(...notices);
}
