// What JavaScript adds to a form: questions come and go as answers change, rows are added in place, sums are kept, and an
// address is chosen step by step. Conditions mean here what they mean on the server (foundation/forms/conditions.py and
// reading.py; a test holds the two against each other). Nothing is asked of the server while somebody types.
(() => {
  "use strict";

  // The same as the server: an answer that has no visible character says nothing.
  const VISIBLE = /[^\p{Zs}\p{Zl}\p{Zp}\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]/u;
  const isBlank = (value) => {
    if (value === null || value === undefined) return true;
    if (typeof value === "string") return !VISIBLE.test(value.slice(0, 50000));
    if (Array.isArray(value)) return value.every((one) => one !== null && typeof one === "object" && !Array.isArray(one) && isBlank(one));
    return typeof value === "object" && Object.values(value).every(isBlank);
  };
  const isPlain = (value) => ["string", "number", "boolean"].includes(typeof value);

  // `look(key)` gives the answer to a question that is itself asked, otherwise nothing.
  const holds = (condition, look) => {
    if ("all" in condition) return condition.all.every((part) => holds(part, look));
    if ("any" in condition) return condition.any.some((part) => holds(part, look));
    if ("not" in condition) return !holds(condition.not, look);
    const value = look(condition.field);
    if ("filled" in condition) return condition.filled === (value !== false && !isBlank(value));
    const wanted = "equals" in condition ? [condition.equals] : condition.in;
    const given = Array.isArray(value) ? value : [value];
    return given.some((one) => isPlain(one) && wanted.includes(one));
  };

  // Questions in order, each {key, scope, when, value}; `before` are answers of earlier pages. Returns the keys that are asked.
  const visible = (questions, before = {}) => {
    const seen = new Map(Object.entries(before));
    const asked = [];
    for (const question of questions) {
      const look = (key) => {
        const own = question.scope ? `${question.scope}-${key}` : key;
        return seen.has(own) ? seen.get(own) : seen.get(key);
      };
      if (question.when && !holds(question.when, look)) {
        if (question.scope) seen.set(question.key, null);
        continue;
      }
      asked.push(question.key);
      seen.set(question.key, question.value);
    }
    return asked;
  };

  // Numbers as people type them: full-width digits, thousands marks, 元. Undefined where it cannot be read.
  const readNumber = (typed, kind, whole) => {
    if ([...typed].length > 60) return undefined;
    let text = typed.normalize("NFKC").replace(/[\s\u001c-\u001f\u0085,，_]+/gu, "");
    if (kind === "money") text = text.replace(/^\u00a5/, "").replace(/元$/, "");
    if (!text) return null;
    const match = /^([+-]?)([0-9]{1,15})(?:\.([0-9]{1,10}))?$/.exec(text);
    if (!match) return undefined;
    const decimals = (match[3] ?? "").replace(/0+$/, "");
    const sign = match[1] === "-" ? -1 : 1;
    if (kind === "money") {
      if (decimals.length > 2 || match[2].length > 13) return undefined;
      return sign * (Number(match[2]) * 100 + Number((match[3] ?? "").padEnd(2, "0").slice(0, 2))) || 0;
    }
    if ((decimals && whole) || match[2].length + decimals.length > 15) return undefined;
    return sign * Number(decimals ? `${match[2]}.${decimals}` : match[2]) || 0;
  };

  const readDate = (boxes) => {
    const parts = boxes.map((typed) => [...typed].slice(0, 12).join("").normalize("NFKC").replace(/[年月日 ]+$/, "").trim());
    if (!parts.every((part) => /^[0-9]{1,4}$/.test(part)) || parts[0].length !== 4) return null;
    const [year, month, day] = parts.map(Number);
    const made = new Date(Date.UTC(2000, month - 1, day));
    made.setUTCFullYear(year, month - 1, day);
    if (year < 1 || made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return null;
    return [String(year).padStart(4, "0"), String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
  };

  const sumText = (numbers, kind) => {
    const cents = numbers.reduce((sum, one) => sum + Math.round(one * (kind === "money" ? 1 : 1e6)), 0);
    const total = kind === "money" ? cents / 100 : cents / 1e6;
    return total.toLocaleString("en-US", { useGrouping: kind === "money", maximumFractionDigits: 6 });
  };

  globalThis.yiwangForms = Object.freeze({ holds, isBlank, readDate, readNumber, sumText, visible });
  if (typeof document === "undefined") return;

  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const named = (name, root) => $$(`[name="${CSS.escape(name)}"]`, root);

  // What stands in the controls of one question, read as the server reads it.
  const answer = (root) => {
    const { ask: key, kind } = root.dataset;
    const typed = (name) => named(name, root)[0]?.value ?? "";
    switch (kind) {
      case "radio": return named(key, root).find((one) => one.checked)?.value.trim() ?? null;
      case "checkboxes": return named(key, root).filter((one) => one.checked).map((one) => one.value);
      case "checkbox": return Boolean(named(key, root)[0]?.checked);
      case "number": case "money": return readNumber(typed(key), kind, "whole" in root.dataset) ?? null;
      case "date": return readDate(["year", "month", "day"].map((part) => typed(`${key}-${part}`)));
      case "upload": return $$(`[name="${CSS.escape(key)}-remove"]`, root).map((one) => one.value);
      case "group": return Number(root.dataset.count) ? [{ is: "filled" }] : [];
      case "table": return $$("td[data-ask] :is(input,select)", root).filter((one) => !isBlank(one.value)).map(() => ({ is: "filled" }));
      case "address": return { region: typed(`${key}-region`), detail: typed(`${key}-detail`) };
      case "organisation": return { name: typed(`${key}-name`), credit_code: typed(`${key}-credit_code`) };
      case "select": case "region": case "email": return typed(key).trim();
      default: return typed(key);
    }
  };

  // 1. Questions come and go.
  const form = $("form[data-conditions]");
  if (form) {
    const before = JSON.parse($("#seen")?.textContent ?? "{}");
    const places = () => $$("[data-ask], [data-when]", form);
    const bringUp = (template) => {
      const shown = document.createElement("div");
      shown.className = "cond";
      for (const [name, value] of Object.entries(template.dataset)) shown.dataset[name] = value;
      shown.append(template.content.cloneNode(true));
      template.replaceWith(shown);
      equip(shown);
      return shown;
    };
    const settle = () => {
      const questions = [];
      for (const place of places()) {
        if (place.dataset.when) {
          const root = $("[data-ask]", place.content ?? place);
          questions.push({ place, key: place.dataset.key, scope: place.dataset.scope, when: JSON.parse(place.dataset.when), value: answer(root) });
        } else if (!place.closest("[data-when]") && !place.parentElement.closest("[data-ask]")) {
          questions.push({ key: place.dataset.ask, scope: place.dataset.ask.split("-").slice(0, -1).join("-"), value: answer(place) });
        }
      }
      const asked = new Set(visible(questions, before));
      for (const { place, key } of questions) {
        if (!place) continue;
        const wanted = asked.has(key);
        const shown = wanted && place.content ? bringUp(place) : place;
        if (shown.content || shown.hidden === !wanted) continue;
        shown.hidden = !wanted;
        for (const control of $$("input,select,textarea,button", shown)) control.disabled = !wanted;
      }
    };
    form.addEventListener("input", settle);
    form.addEventListener("change", settle);
    form.addEventListener("rows", settle);
    window.addEventListener("pageshow", settle); // the browser's own "back" fills in what was typed
    queueMicrotask(settle);
  }

  // 2. Rows of a table are added and removed in place; without this file the same buttons post the page.
  const sums = (table) => {
    for (const cell of $$("[data-sum]", table)) {
      const column = cell.dataset.sum;
      const typed = $$(`td[data-ask$="-${CSS.escape(column)}"]`, table).map(answer);
      cell.textContent = sumText(typed.filter((one) => typeof one === "number"), cell.dataset.sumKind);
    }
  };
  const number = (table) => $$("tbody tr", table).forEach((row, at) => { $(".row-no", row).textContent = at + 1; });
  const tables = (root) => {
    for (const table of $$("table[data-table]", root)) {
      const key = table.dataset.table;
      const box = table.closest("fieldset");
      const template = $(`template[data-row-of="${CSS.escape(key)}"]`, box);
      const add = $(`button[name="${CSS.escape(key)}-add"]`, box);
      const changed = () => { number(table); sums(table); box.dispatchEvent(new Event("rows", { bubbles: true })); };
      table.addEventListener("input", () => sums(table));
      sums(table);
      add?.addEventListener("click", (event) => {
        event.preventDefault();
        const rows = $$("tbody tr", table);
        const next = 1 + Math.max(-1, ...rows.map((row) => Number(row.dataset.row)));
        const made = document.createElement("template");
        made.innerHTML = template.innerHTML.replaceAll("9999", String(next)).replaceAll("10000", String(next + 1));
        $("tbody", table).append(made.content);
        add.hidden = rows.length + 1 >= Number(table.dataset.most);
        changed();
        $("tbody tr:last-child :is(input:not([type=hidden]),select)", table).focus();
      });
      table.addEventListener("click", (event) => {
        const button = event.target.closest(`button[name="${CSS.escape(key)}-remove"]`);
        if (!button) return;
        event.preventDefault();
        const row = button.closest("tr");
        const near = row.nextElementSibling ?? row.previousElementSibling;
        if (near) row.remove();
        else for (const control of $$("input:not([type=hidden]),select", row)) control.value = "";
        if (add) add.hidden = false;
        changed();
        $("input:not([type=hidden]),select", near ?? row).focus();
      });
    }
  };

  // 3. An address: province, city, county, street, one list after the other; or type a name. The places are fetched once, when needed.
  let known;
  const places = (address) => (known ??= fetch(address, { credentials: "omit" }).then((answer) => answer.json()));
  const above = (code, names) => {
    const steps = code.length > 6 ? [code.slice(0, 6)] : code.endsWith("00") ? [`${code.slice(0, 2)}0000`] : [`${code.slice(0, 4)}00`, `${code.slice(0, 2)}0000`];
    return steps.find((one) => one !== code && one in names) ?? "";
  };
  const line = (code, names) => { const found = []; for (let at = code; at; at = above(at, names)) found.unshift(at); return found; };
  const option = (value, text) => { const made = document.createElement("option"); made.value = value; made.textContent = text; return made; };
  const addresses = (root) => {
    for (const box of $$(".addr[data-regions]", root)) {
      if (box.dataset.equipped) continue;
      box.dataset.equipped = "";
      const select = $("select", box);
      const words = JSON.parse(box.dataset.words);
      const find = $("input[type=search]", box);
      const enhance = async () => {
        box.removeEventListener("focusin", enhance);
        let names;
        try { names = await places(box.dataset.regions); } catch { return; } // the plain list stays
        build(box, select, find, words, names);
      };
      box.addEventListener("focusin", enhance);
    }
  };
  const build = (box, select, find, words, names) => {
    const lower = {};
    for (const code of Object.keys(names).sort()) (lower[above(code, names)] ??= []).push(code);
    const steps = document.createElement("div");
    steps.className = "addr-steps";
    const choose = (code) => {
      if (code && ![...select.options].some((one) => one.value === code)) select.append(option(code, names[code]));
      select.value = code;
      select.dispatchEvent(new Event("change", { bubbles: true }));
      draw(code);
    };
    const draw = (code, at = -1) => {
      const chosen = line(code, names);
      steps.replaceChildren();
      for (let level = 0; level <= chosen.length && level < 4; level += 1) {
        const inside = lower[level ? chosen[level - 1] : ""] ?? [];
        if (!inside.length) break;
        const list = document.createElement("select");
        list.className = "ds-input";
        list.setAttribute("aria-label", words[level]);
        list.append(option("", words[level]), ...inside.map((one) => option(one, names[one])));
        list.value = chosen[level] ?? "";
        list.addEventListener("change", () => { choose(list.value || (chosen[level - 1] ?? "")); steps.children[Math.min(level + 1, steps.children.length - 1)].focus(); });
        steps.append(list);
      }
      if (at >= 0) steps.children[at]?.focus();
    };
    const hits = document.createElement("div");
    hits.className = "addr-hits";
    hits.setAttribute("role", "status");
    const search = () => {
      const wanted = find.value.trim().toLowerCase().split(/[\s,，]+/).filter(Boolean);
      hits.replaceChildren();
      if (!wanted.length) return;
      const whole = (code) => line(code, names).map((one) => names[one]).join(document.documentElement.lang.startsWith("en") ? ", " : "");
      const last = wanted.at(-1);
      const found = Object.keys(names)
        .filter((code) => wanted.every((word) => whole(code).toLowerCase().includes(word)) && names[code].toLowerCase().includes(last[0]))
        .sort((one, other) => !names[one].toLowerCase().includes(last) - !names[other].toLowerCase().includes(last) || one.length - other.length || (one < other ? -1 : 1))
        .slice(0, 8);
      if (!found.length) { const none = document.createElement("p"); none.className = "small"; none.textContent = words[5]; hits.append(none); }
      for (const code of found) {
        const button = document.createElement("button");
        button.type = "button";
        button.className = "ds-button slim";
        button.dataset.variant = "secondary";
        button.textContent = whole(code);
        button.addEventListener("click", () => { find.value = ""; hits.replaceChildren(); choose(code); $("input[type=text]", box)?.focus(); });
        hits.append(button);
      }
    };
    const hadFocus = document.activeElement === select;
    select.hidden = true;
    select.after(steps);
    find.closest(".with").after(hits);
    $("button", find.closest(".with")).hidden = true;
    find.addEventListener("input", search);
    find.addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); $("button", hits)?.focus(); } });
    $("label", box).htmlFor = "";
    draw(select.value);
    if (hadFocus) steps.lastElementChild?.focus();
    if (find.value) search();
  };

  const equip = (root) => { tables(root); addresses(root); };
  equip(document);
})();
