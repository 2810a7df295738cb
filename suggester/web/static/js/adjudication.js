// Adjudication: a choice for each difference of two coders, and why.
import { post } from "./api.js";
import { byId } from "./dom.js";
import { listen } from "./keys.js";
import { fail } from "./live.js";

/** Return what was chosen for one difference. */
function choiceOf(fields, number) {
  const took = fields.get(`choice-${number}`);
  const code = fields.get(`code-${number}`).trim();
  return took === "other" && code ? { took, code: [fields.get(`system-${number}`), code] } : { took };
}

async function settle(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const choices = [...event.target.querySelectorAll("[data-choice]")].map((_, number) => choiceOf(fields, number));
  try {
    await post(document.body.dataset.api, { choices, first_listed: fields.get("first-listed") || null, because: fields.get("because") });
    location.reload();
  } catch (error) {
    fail(error.message);
  }
}

// Naming a third code is choosing it.
byId("settle")?.addEventListener("input", (event) => {
  if (!event.target.name.startsWith("code-")) return;
  event.target.closest("fieldset").querySelector('[value="other"]').checked = true;
});
byId("settle")?.addEventListener("submit", settle);
listen({});
