// The audit page: draw a sample of finished encounters for second coding.
import { post } from "./api.js";
import { byId } from "./dom.js";
import { listen } from "./keys.js";

const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

async function draw(event) {
  event.preventDefault();
  const fields = new FormData(event.target);
  const told = byId("drawn");
  told.className = "";
  if (event.target.querySelector('[name="coder"]') && !fields.has("coder")) {
    told.className = "wrong";
    told.textContent = "Choose at least one coder who codes again.";
    return;
  }
  told.textContent = "Drawing…";
  try {
    const { given, before } = await post("/api/v1/quality/samples", {
      rate: Number(fields.get("rate")) / 100,
      seed: Number(fields.get("seed")),
      since: fields.get("since") || null,
      until: fields.get("until") || null,
      ...(fields.has("coder") && { second_coders: fields.getAll("coder") }),
    });
    const coders = [...new Set(given.map((one) => one.second_coder))].join(", ");
    const earlier = before ? ` ${count(before, "encounter")} had been drawn before.` : "";
    told.textContent = given.length
      ? `${count(given.length, "encounter")} given to ${coders}.${earlier}`
      : `Nothing new was drawn.${earlier || " No encounter was finished in this period."}`;
  } catch (error) {
    told.className = "wrong";
    told.textContent = error.message;
  }
}

byId("draw")?.addEventListener("submit", draw);
listen({});
