// The alerts about the assigned codes: one step mends them, a word keeps a warning, errors stop finishing.
import { byId, count, h, hidden, refill, sign } from "./dom.js";
import { state } from "./state.js";

const SIGNS = { error: "✖", warning: "▲", information: "ℹ" };
const ORDER = ["error", "warning", "information"];
let informed = false;

/** Return the words of a mend's button, or an empty string where there is nothing to do in one step. */
function mendWords(mend) {
  if (!mend) return "";
  const parts = Object.entries(mend.replace ?? {}).map(([old, fresh]) => `${old} → ${fresh}`);
  const isAddedFirst = mend.add?.includes(mend.first);
  if (mend.add?.length) parts.push(`Add ${mend.add.join(", ")}${isAddedFirst ? ` ${mend.before ? `before ${mend.before}` : "first"}` : ""}`);
  if (mend.remove?.length) parts.push(`Take off ${mend.remove.join(", ")}`);
  if (mend.first && !isAddedFirst) parts.push(mend.before ? `${mend.first} before ${mend.before}` : `${mend.first} first`);
  return parts.join(", ");
}

/** Return the alerts of a severity that still want something. */
export const open = (severity) => state.view.alerts.filter((alert) => alert.severity === severity && !alert.acknowledged);

function item(alert, act) {
  const mend = mendWords(alert.mend);
  const word = state.view.worksheet.acknowledged.find((row) => row.alert === alert.key)?.word;
  const asked = state.view.worksheet.queries.some((row) => row.alert === alert.key);
  const button = (name, label, run, about) => h("button", { type: "button", class: `small ${name}`, disabled: state.readOnly, "aria-label": `${label}: ${about}`, dataset: { focus: `${name}:${alert.key}` }, onclick: run }, label);
  return h("li", { class: `alert ${alert.severity}${alert.acknowledged ? " kept" : ""}`, dataset: { alert: alert.key } },
    sign(SIGNS[alert.severity]),
    h("div", {}, hidden(`${alert.severity}: `), alert.message, " ", h("small", {}, alert.source), word ? h("small", { class: "word" }, ` · kept: “${word}”`) : null),
    h("div", { class: "buttons" },
      mend ? button("mend", mend, () => act.mend(alert), alert.message) : null,
      alert.rule === "no-pointer" ? button("point", "Point…", () => act.point(alert), alert.message) : null,
      alert.mend?.query ? button("query", asked ? "Queried" : "Query…", () => act.query(alert), alert.message) : null,
      alert.severity === "warning" && !alert.acknowledged ? button("keep", "Keep…", () => act.keep(alert), alert.message) : null));
}

/** Draw the checks and what they mean for finishing. */
export function drawChecks(act) {
  const alerts = [...state.view.alerts].sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity) || one.acknowledged - other.acknowledged);
  const remarks = alerts.filter((alert) => alert.severity === "information");
  const [errors, warnings] = [open("error").length, open("warning").length];
  refill(byId("checks"),
    alerts.length ? null : h("p", { class: "empty" }, "No rule objects to the codes as they stand."),
    h("ul", { class: "alerts" }, ...alerts.filter((alert) => informed || alert.severity !== "information").map((alert) => item(alert, act))),
    remarks.length ? h("button", { type: "button", class: "link", dataset: { focus: "remarks" }, "aria-expanded": String(informed), onclick: () => { informed = !informed; drawChecks(act); } },
      informed ? "Hide the remarks" : `Show ${count(remarks.length, "remark")}`) : null,
    ...state.view.worksheet.queries.map((query) => h("p", { class: "asked" }, sign("✉"), " Query written", query.codes?.length ? ` about ${query.codes.join(", ")}` : "", ": ", query.text)));
  const told = [errors ? `✖ ${count(errors, "error")}` : "", warnings ? `▲ ${count(warnings, "warning")}` : ""].filter(Boolean).join(" · ");
  byId("checks-count").textContent = told || "✓ clear";
  byId("checks-count").className = errors ? "error" : warnings ? "warning" : "clear";
  const finish = byId("finish");
  finish.querySelector("span").textContent = errors ? `Finish: ${count(errors, "error")} to mend` : warnings ? `Finish: ${count(warnings, "warning")} to answer` : "Finish";
  finish.setAttribute("aria-disabled", String(errors > 0));
  finish.disabled = state.readOnly;
}
