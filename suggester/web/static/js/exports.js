// Export claims of finished encounters: which of them, in which form; one file, saved by the browser.
import { get, postForText } from "./api.js";
import { ask } from "./dialogs.js";
import { byId, count, h } from "./dom.js";
import { fail, say } from "./live.js";

const MOST = 500;
const FINISHED = ["coded", "audited"];

async function finished() {
  const found = await Promise.all(FINISHED.map((state) => get(`/api/v1/encounters?state=${state}&limit=${MOST}`)));
  return found.flatMap((one) => one.encounters).slice(0, MOST);
}

const boxes = () => [...byId("exports-list").querySelectorAll("input")];

function told() {
  const marked = boxes().filter((box) => box.checked).length;
  const all = byId("exports-all");
  all.checked = marked === boxes().length;
  all.indeterminate = marked > 0 && !all.checked;
  byId("exports-about").textContent = `${count(marked, "encounter")} will be exported.`;
  byId("exports").querySelector("button.primary").disabled = !marked;
}

/** Fetch the file; fails with the sentence of the server, and then nothing was marked. */
async function fetched(body) {
  const type = body.format === "csv" ? "text/csv" : "application/json";
  return new Blob([await postForText("/api/v1/exports", body)], { type });
}

function save(blob, name) {
  const address = URL.createObjectURL(blob);
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}

function fill(rows) {
  return (form, answer) => {
    byId("exports-list").replaceChildren(...rows.map((row) => h("li", {}, h("label", { class: "check" },
      h("input", { type: "checkbox", value: row.id, checked: true, onchange: told }), " ", h("span", {}, row.title || row.id, " ", h("small", {}, [row.id, row.state, row.date_of_service, row.assigned].filter(Boolean).join(" · ")))))));
    byId("exports-all").onchange = (event) => {
      for (const box of boxes()) box.checked = event.target.checked;
      told();
    };
    byId("exports-wrong").textContent = "";
    form.format.onchange = () => { form.use.disabled = form.format.value === "csv"; };
    form.onsubmit = async (event) => {
      event.preventDefault();
      const encounters = boxes().filter((box) => box.checked).map((box) => box.value);
      form.setAttribute("aria-busy", "true");
      try {
        save(await fetched({ format: form.format.value, use: form.use.value, encounters }), `claims.${form.format.value}`);
        answer(encounters.length);
      } catch (error) {
        byId("exports-wrong").textContent = error.message;
      } finally {
        form.removeAttribute("aria-busy");
      }
    };
    told();
  };
}

/** Ask which finished encounters to export and save their claims; `then` draws the worklist anew. */
export async function exportFinished(then) {
  try {
    const rows = await finished();
    if (!rows.length) {
      say("No finished encounter waits to be exported.");
      return;
    }
    const done = await ask("exports", fill(rows));
    if (!done) return;
    say(`${count(done, "encounter")} exported; the file was saved.`);
    await then();
  } catch (error) {
    fail(error.message);
  }
}
