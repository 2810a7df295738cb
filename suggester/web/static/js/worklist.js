// The worklist: filter, search, sort; paste or upload notes; take the next encounter.
import { get, post } from "./api.js";
import { byId, count, focusOn, h } from "./dom.js";
import { giveButton } from "./giving.js";
import { listen } from "./keys.js";
import { fail, mended, say } from "./live.js";
import { confidenceWord, percent } from "./state.js";
import { exportFinished } from "./exports.js";

const STATES = [["", "All"], ["new", "New"], ["in_review", "In review"], ["pending", "Pending"], ["coded", "Coded"], ["audited", "Audited"], ["exported", "Exported"]];
const filters = { state: "", assigned: "", q: "", order: "age" };
const KEYS = { next: "Next encounter", previous: "Previous encounter", find: "Search the worklist", add: "Paste a note", finish: "Take the next encounter" };
const PAGE = 100;
let most = PAGE;
let asked = 0;
let isLost = false;

const address = (id) => document.body.dataset.encounterUrl.replace("{id}", encodeURIComponent(id));

function waited(iso) {
  if (!iso) return "";
  const hours = (Date.now() - new Date(iso)) / 3600000;
  if (hours < 1) return `${Math.max(1, Math.round(hours * 60))} min`;
  return hours < 48 ? `${Math.round(hours)} h` : `${Math.round(hours / 24)} days`;
}

function row(one) {
  const setting = typeof one.setting === "string" ? one.setting : one.setting?.value;
  const word = one.least_confidence === null || one.least_confidence === undefined ? "" : confidenceWord(one.least_confidence);
  return h("tr", { dataset: { id: one.id } },
    h("th", { scope: "row" }, h("a", { href: address(one.id) }, one.title || one.id), one.title && one.title !== one.id ? h("small", {}, ` ${one.id}`) : null),
    h("td", {}, h("span", { class: "state", dataset: { state: one.state } }, one.state.replace("_", " "))),
    h("td", {}, [one.age, one.sex].filter((part) => part !== null && part !== undefined).join(" ")),
    h("td", {}, setting ?? ""), h("td", {}, one.date_of_service ?? ""),
    h("td", { class: "number" }, one.documents), h("td", { class: "number" }, one.suggestions),
    h("td", {}, word ? h("span", { class: `confidence ${word}` }, word, " ", h("b", {}, percent(one.least_confidence))) : ""),
    h("td", { class: "number" }, waited(one.waiting_since)),
    h("td", { class: "coder" }, h("span", {}, one.locked_by ? `open: ${one.locked_by}` : (one.assigned ?? "")), giveButton(one, show)));
}

function drawCounts(counts) {
  const all = Object.values(counts).reduce((sum, one) => sum + one, 0);
  byId("states").replaceChildren(...STATES.filter(([value]) => !value || counts[value] || value === filters.state).map(([value, words]) =>
    h("li", {}, h("button", { type: "button", "aria-pressed": String(filters.state === value), onclick: () => show({ state: value }) }, words, " ", h("span", { class: "badge" }, value ? (counts[value] ?? 0) : all)))));
  return all;
}

/** Get as many rows as are shown, a page at a time, and one more to know whether there are more. */
async function rowsOf(query) {
  const found = [];
  let counts = {};
  while (found.length <= most) {
    const limit = Math.min(PAGE * 5, most + 1 - found.length);
    const page = await get(`/api/v1/encounters?${query}&limit=${limit}&offset=${found.length}`);
    found.push(...page.encounters);
    counts = page.counts;
    if (page.encounters.length < limit) break;
  }
  return { encounters: found.slice(0, most), counts, isMore: found.length > most };
}

async function show(changes = {}) {
  Object.assign(filters, changes);
  if (Object.keys(changes).length) most = PAGE;
  const mine = (asked += 1);
  const query = new URLSearchParams(Object.entries(filters).filter(([, value]) => value));
  try {
    const { encounters, counts, isMore } = await rowsOf(query);
    if (mine !== asked) return;
    // What an upload could not use stays until it is closed.
    if (isLost) mended();
    isLost = false;
    byId("more").hidden = !isMore;
    byId("more-shown").textContent = `The first ${encounters.length} are shown.`;
    const held = document.activeElement?.closest("tr")?.dataset.id;
    const button = document.activeElement?.dataset.focus;
    const pressed = document.activeElement?.closest("#states") && filters.state;
    const all = drawCounts(counts);
    byId("rows").replaceChildren(...encounters.map(row));
    byId("list").hidden = !encounters.length;
    byId("nothing").hidden = all > 0;
    byId("none-match").hidden = all === 0 || encounters.length > 0;
    if (changes.state !== undefined || changes.q !== undefined) byId("live").textContent = count(encounters.length, "encounter");
    if (held && !(button && focusOn(button))) byId("rows").querySelector(`[data-id="${CSS.escape(held)}"] a`)?.focus({ preventScroll: true });
    if (pressed !== null && pressed !== false && document.activeElement === document.body) byId("states").querySelector('[aria-pressed="true"]')?.focus();
    for (const head of document.querySelectorAll("th[data-order]")) head.setAttribute("aria-sort", head.dataset.order === filters.order ? "ascending" : "none");
  } catch (error) {
    isLost = true;
    fail(error.message, () => show());
  }
}

function step(by) {
  const links = [...byId("rows").querySelectorAll("th a")];
  const at = links.indexOf(document.activeElement);
  links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus();
}

async function takeNext() {
  try {
    const next = await post(`/api/v1/encounters/claim-next?order=${filters.order}`);
    if (next) location.assign(address(next.id));
    else say("No encounter is waiting.");
  } catch (error) {
    fail(error.message);
  }
}

function wirePaste() {
  const dialog = byId("paste");
  const form = dialog.querySelector("form");
  for (const button of document.querySelectorAll("[data-paste]")) button.onclick = () => dialog.showModal();
  dialog.querySelector("[data-close]").onclick = () => dialog.close();
  form.onsubmit = async (event) => {
    event.preventDefault();
    const wrong = byId("paste-wrong");
    const given = Object.fromEntries([...new FormData(form)].filter(([name, value]) => name === "text" || value.trim()));
    if (given.age) given.age = Number(given.age);
    wrong.textContent = "";
    form.setAttribute("aria-busy", "true");
    try {
      const view = await post("/api/v1/encounters", given);
      location.assign(address(view.id));
    } catch (error) {
      wrong.textContent = error.message;
      form.text.focus();
    } finally {
      form.removeAttribute("aria-busy");
    }
  };
}

function wireUpload() {
  const field = byId("upload");
  for (const button of document.querySelectorAll("[data-upload]")) button.onclick = () => field.click();
  field.onchange = async () => {
    if (!field.files.length) return;
    const form = new FormData();
    form.append("file", field.files[0]);
    field.value = "";
    say("Reading the file…");
    try {
      const { created, known, problems } = await post("/api/v1/encounters/upload", form);
      const there = known.length ? ` ${known.length} ${known.length === 1 ? "was" : "were"} there already.` : "";
      const added = `${count(created.length, "encounter")} added.${there}`;
      say(added);
      if (problems.length) fail(`${added} ${count(problems.length, "part")} of the file could not be used. ${problems.slice(0, 5).join(" ")}${problems.length > 5 ? ` And ${problems.length - 5} more.` : ""}`);
      await show();
    } catch (error) {
      fail(error.message);
    }
  };
}

let typing = 0;
byId("q").oninput = (event) => {
  clearTimeout(typing);
  typing = setTimeout(() => show({ q: event.target.value.trim() }), 150);
};
byId("assigned-filter").onchange = (event) => show({ assigned: event.target.value });
for (const button of document.querySelectorAll("th[data-order] button")) button.onclick = () => show({ order: button.closest("th").dataset.order });
byId("take-next").onclick = takeNext;
byId("more-show").onclick = async () => {
  const next = most;
  most += PAGE;
  await show();
  byId("rows").querySelectorAll("th a")[next]?.focus();
};
byId("export").onclick = () => exportFinished(show);
byId("examples").onclick = async () => {
  try {
    const { created } = await post("/api/v1/encounters/examples");
    say(`${count(created.length, "example")} added.`);
    await show();
  } catch (error) {
    fail(error.message);
  }
};
wirePaste();
wireUpload();
listen({ next: () => step(1), previous: () => step(-1), find: () => byId("q").focus(), add: () => byId("paste").showModal(), finish: takeNext }, KEYS);
show();
setInterval(() => !document.hidden && !document.querySelector("dialog[open]") && show(), 30000);
