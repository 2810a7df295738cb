// A finished encounter as a claim: links that download it, and the step that marks it as exported.
import { post } from "./api.js";
import { reload } from "./decisions.js";
import { h } from "./dom.js";
import { fail, say } from "./live.js";

const here = () => document.body.dataset.api;

async function markExported() {
  try {
    const { problems } = await post(`${here()}/exported`);
    await reload();
    say("Marked as exported.");
    if (problems.length) fail(problems.join(" "));
  } catch (error) {
    fail(error.message);
  }
}

/** Return what the notice of a finished encounter offers. */
export function claimLinks(view) {
  if (document.body.classList.contains("blind")) return []; // A second coding is no claim.
  const link = (format, words) => h("a", { href: `${here()}/claim?format=${format}`, download: "", dataset: { focus: `claim:${format}` } }, words);
  const mark = view.state === "exported" ? "exported"
    : h("button", { type: "button", class: "small", dataset: { focus: "exported" }, onclick: markExported }, "Mark as exported");
  const sheet = h("a", { href: `${location.pathname}/sheet`, dataset: { focus: "claim:sheet" } }, "Claim sheet");
  return [sheet, " ", link("fhir", "FHIR Claim"), " ", link("csv", "CSV"), " ", mark];
}
