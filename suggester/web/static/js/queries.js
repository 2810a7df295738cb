// The prepared text of a query about a suggestion: what the record says, and open choices.
import { isDiagnosis } from "./state.js";

const MOST_QUOTED = 3;

/** Return the text, or an empty string where nothing is selected. */
export function queryAbout(row) {
  if (!row) return "";
  const words = [...new Set(row.evidence.map((place) => place.text.replace(/\s+/g, " ")))].slice(0, MOST_QUOTED);
  const says = words.length ? `The record says: ${words.map((one) => `“${one}”`).join("; ")}. ` : "";
  const asks = isDiagnosis(row) ? "Please specify the condition, if known" : "Please specify what was done, if known";
  const choices = row.alternatives.length ? [row, ...row.alternatives].map((one) => one.description) : [];
  return `${says}${asks}: ${[...choices, "other, please specify", "unable to determine"].join("; ")}.`;
}
