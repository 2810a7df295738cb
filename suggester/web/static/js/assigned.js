// The assigned codes in claim order: drag or alt+arrows, details of procedure lines.
import { byId, h, hidden, refill, sign } from "./dom.js";
import { change, isDiagnosis, keyOf, lines, positionOf, state } from "./state.js";

const ORIGINS = { typed: "added", selection: "from words", rule: "from rule", not_coded: "not-coded list", alternative: "alternative" };
let dragged = null;

const letter = (at) => String.fromCharCode(65 + at);
const diagnoses = () => lines().filter(isDiagnosis);

function forWhom(line) {
  const codes = diagnoses().map((row) => row.code);
  return line.pointers.filter((code) => codes.includes(code)).map((code) => letter(codes.indexOf(code))).join(" ");
}

function editor(line, act) {
  const key = keyOf(line);
  const units = h("input", { type: "number", min: 1, max: 999, value: line.units, dataset: { focus: `units:${key}` }, onchange: (event) => act.line(line, { units: Number(event.target.value) }) });
  const modifiers = h("input", { type: "text", value: line.modifiers.join(" "), size: 9, maxlength: 14, autocomplete: "off", dataset: { focus: `modifiers:${key}` },
    onchange: (event) => act.line(line, { modifiers: event.target.value.toUpperCase().split(/[\s,-]+/).filter(Boolean) }) });
  return h("fieldset", { class: "line-details", disabled: state.readOnly },
    h("legend", { class: "visually-hidden" }, `Details of ${line.code}`),
    h("label", {}, "Units ", units), h("label", {}, "Modifiers ", modifiers),
    h("span", { class: "pointers" }, "For ", ...diagnoses().slice(0, 12).map((row, at) => {
      const on = line.pointers.includes(row.code);
      return h("button", { type: "button", class: "pointer", "aria-pressed": String(on), "aria-label": `Points to ${letter(at)}, ${row.code}`, title: `${row.code} ${row.description}`, dataset: { focus: `point:${key}:${row.code}` },
        onclick: () => act.line(line, { pointers: on ? line.pointers.filter((code) => code !== row.code) : [...line.pointers, row.code] }) }, letter(at));
    })));
}

function summary(line) {
  const parts = [line.units > 1 ? `×${line.units}` : "", line.modifiers.map((one) => `-${one}`).join(""), forWhom(line) ? `for ${forWhom(line)}` : "no pointer"];
  return parts.filter(Boolean).join(" ");
}

function item(line, act) {
  const key = keyOf(line);
  const at = positionOf(line);
  const selected = key === state.selected;
  const last = lines().filter((row) => isDiagnosis(row) === isDiagnosis(line)).length - 1;
  const button = (name, glyph, label, run, disabled = false) => h("button", { type: "button", class: `act ${name}`, "aria-label": label, title: label, disabled: state.readOnly || disabled, dataset: { focus: `${name}:${key}` }, onclick: run }, sign(glyph));
  const open = state.editing === key;
  const row = h("li", { class: `line${selected ? " selected" : ""}`, draggable: state.readOnly ? null : "true", dataset: { key } },
    h("div", { class: "row" },
      sign("⠿", "grip"),
      h("span", { class: "position" }, isDiagnosis(line) ? letter(at) : String(at + 1)),
      h("button", { type: "button", class: "row-main", "aria-current": selected ? "true" : null, dataset: { focus: `l:${key}` }, onclick: () => act.selectLine(key) },
        h("span", { class: "code" }, line.code), h("span", { class: "title" }, line.description), at === 0 && isDiagnosis(line) ? h("span", { class: "chip" }, "first-listed") : null,
        ORIGINS[line.origin] ? h("span", { class: "chip" }, ORIGINS[line.origin], line.from ? hidden(` for ${line.from}`) : null) : null),
      isDiagnosis(line) ? null : h("button", { type: "button", class: "small", "aria-expanded": String(open), "aria-label": `Details of ${line.code}: ${summary(line)}`, dataset: { focus: `edit:${key}` }, onclick: () => change({ editing: open ? null : key }) }, summary(line)),
      button("up", "↑", `Move ${line.code} up`, () => act.move(line, at - 1), at === 0),
      button("down", "↓", `Move ${line.code} down`, () => act.move(line, at + 1), at === last),
      button("remove", "✕", `Take ${line.code} off`, () => act.remove(line))),
    open ? editor(line, act) : null);
  row.addEventListener("dragstart", (event) => {
    dragged = line;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", line.code);
    row.classList.add("dragging");
  });
  row.addEventListener("dragend", () => row.classList.remove("dragging"));
  row.addEventListener("dragover", (event) => {
    if (!dragged || isDiagnosis(dragged) !== isDiagnosis(line)) return;
    event.preventDefault();
    row.classList.add("drop-here");
  });
  row.addEventListener("dragleave", () => row.classList.remove("drop-here"));
  row.addEventListener("drop", (event) => {
    event.preventDefault();
    row.classList.remove("drop-here");
    if (dragged && keyOf(dragged) !== key) act.move(dragged, at);
    dragged = null;
  });
  return row;
}

/** Draw the assigned list; `act` has what its buttons do. */
export function drawAssigned(act) {
  const all = lines();
  const list = (rows, name) => rows.length ? h("ol", { class: "lines", "aria-label": name }, ...rows.map((line) => item(line, act))) : null;
  refill(byId("assigned"),
    all.length ? null : h("p", { class: "empty" }, "Nothing assigned yet. ", h("kbd", {}, "a"), " accepts the selected suggestion, ", h("kbd", {}, "/"), " adds a code."),
    list(diagnoses(), "Assigned diagnoses"),
    list(all.filter((line) => !isDiagnosis(line)), "Assigned procedures"),
    state.view.first_because && diagnoses().length ? h("p", { class: "because" }, state.view.first_because) : null);
}
