// Models: retrain with progress, compare with the one in use, promote, roll back.
import { get, post } from "./api.js";
import { byId, count, h } from "./dom.js";
import { listen } from "./keys.js";
import { fail, mended, say } from "./live.js";

const EVERY = 1000;
// After training, the page opens again with the comparison of the new model.
const COMPARED = "#compare=";
// A measure of error: less is better.
const ERRORS = ["ece"];

const pause = () => new Promise((resolve) => setTimeout(resolve, EVERY));

async function state(job) {
  for (;;) {
    try {
      return await get(`/api/v1/jobs/${encodeURIComponent(job)}`);
    } catch (error) {
      // The training goes on without this page; the connection may come back.
      if (error.status !== 0 && error.status !== 503 && error.status !== 429) throw error;
      byId("job-step").textContent = "The server does not answer; training goes on. Trying again.";
      await pause();
    }
  }
}

async function follow(job) {
  mended();
  byId("job").hidden = false;
  if (byId("retrain")) byId("retrain").disabled = true;
  for (;;) {
    const told = await state(job);
    byId("job-title").textContent = `Training, started by ${told.by}`;
    byId("job-progress").value = told.progress;
    // Only a new step is read aloud, not every per cent.
    if (byId("job-step").textContent !== told.step) byId("job-step").textContent = told.step;
    byId("job-share").textContent = `${Math.round(told.progress * 100)}%`;
    if (told.state === "done") {
      say("The new model is ready to compare.");
      location.hash = COMPARED + encodeURIComponent(told.model);
      location.reload();
      return;
    }
    if (told.state === "failed") {
      byId("job").hidden = true;
      throw new Error(`The training failed. ${told.message}`);
    }
    await pause();
  }
}

async function run(work) {
  try {
    await work();
  } catch (error) {
    if (byId("retrain") && byId("job").hidden) byId("retrain").disabled = false;
    fail(error.message);
  }
}

const points = (value) => value.toFixed(3);
const signed = (value) => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(value).toFixed(3)}`;
const number = (text, props = {}) => h("td", { ...props, class: `number ${props.class ?? ""}` }, text);
const within = (value, bounds, written) => h("td", { class: "number" }, written(value), h("small", {}, ` ${bounds.map(written).join(" to ")}`));

function judged(row) {
  const [low, high] = ERRORS.includes(row.metric) ? [-row.high, -row.low] : [row.low, row.high];
  if (low > 0) return ["better", "▲ yes, better"];
  if (high < 0) return ["worse", "▼ yes, worse"];
  return ["", "no"];
}

function measure(row) {
  const [kind, words] = judged(row);
  return h("tr", {}, h("th", { scope: "row" }, row.label), within(row.base, row.base_bounds, points),
    within(row.other, row.other_bounds, points), within(row.other - row.base, [row.low, row.high], signed), h("td", { class: kind }, words));
}

function change(row) {
  const net = row.found + row.avoided - row.missed - row.false;
  const counted = (value) => number(value || "–");
  return h("tr", {}, h("th", { scope: "row" }, h("code", {}, row.code)), h("td", {}, row.description), number(row.gold),
    counted(row.found), counted(row.missed), counted(row.avoided), counted(row.false),
    number(net > 0 ? `▲ +${net}` : net < 0 ? `▼ −${-net}` : "0", { class: net > 0 ? "better" : net < 0 ? "worse" : "" }));
}

const comparison = (name) => get(`/api/v1/models/${encodeURIComponent(name)}/comparison`);

async function compare(name) {
  const told = await comparison(name);
  const { base, other, codes } = told;
  byId("comparison").hidden = false;
  byId("comparison-title").textContent = `${other} against ${base}`;
  byId("comparison-verdict").textContent = told.verdict;
  byId("comparison-basis").textContent = `${other} learned from ${count(told.learned_from, "reviewed encounter")}; `
    + `both were measured on ${count(told.encounters, "held-back encounter")} that no retraining learns from.`
    + (told.current ? "" : ` ${base} is not in use any more: retrain to compare with the model that is.`);
  byId("comparison-base").textContent = base;
  byId("comparison-other").textContent = other;
  byId("comparison-rows").replaceChildren(...told.rows.map(measure));
  byId("comparison-codes").replaceChildren(...codes.map(change));
  byId("codes-title").textContent = `Codes that change (${codes.length})`;
  byId("codes-none").hidden = codes.length > 0;
  byId("codes-frame").hidden = codes.length === 0;
  byId("comparison-title").focus();
}

async function confirm(question) {
  const dialog = byId("confirm");
  dialog.querySelector(".about").textContent = question;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => (dialog.onclose = () => resolve(dialog.returnValue === "yes")));
}

async function known(name) {
  const { base, current, verdict } = await comparison(name);
  return current ? verdict : `It was compared with ${base}, which is not in use any more. ${verdict}`;
}

async function promote({ promote: name, compared }) {
  const told = compared === undefined ? `${name} was not compared with the model in use on held-back encounters.` : await known(name);
  if (!(await confirm(`Use ${name} for new suggestions? ${told}`))) return;
  await post(`/api/v1/models/${encodeURIComponent(name)}/promote`);
  open("/models", "_self");
}

async function rollBack() {
  if (!(await confirm("Go back to the model used before?"))) return;
  await post("/api/v1/models/rollback");
  open("/models", "_self");
}

byId("retrain")?.addEventListener("click", () => run(async () => follow((await post("/api/v1/models/retrain")).job)));
byId("roll-back")?.addEventListener("click", () => run(rollBack));
for (const button of document.querySelectorAll("[data-compare]")) button.onclick = () => run(() => compare(button.dataset.compare));
for (const button of document.querySelectorAll("[data-promote]")) button.onclick = () => run(() => promote(button.dataset));
listen({});
if (byId("job").dataset.job) run(() => follow(byId("job").dataset.job));
if (location.hash.startsWith(COMPARED)) run(() => compare(decodeURIComponent(location.hash.slice(COMPARED.length))));
