// What JavaScript adds, and nothing that a page needs: every form and link works without this file.
(() => {
  "use strict";
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

  // After a refused form, start reading at the summary of what is to be mended.
  $(".errs")?.focus();

  // Copy a code: <button data-copy="TEXT" data-done="已复制"> is only shown where it can work.
  if (navigator.clipboard) {
    for (const button of $$("[data-copy]")) {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        const words = $("[data-words]", button) ?? button;
        const before = words.textContent;
        words.textContent = button.dataset.done;
        setTimeout(() => { words.textContent = before; }, 2000);
      });
    }
  }

  for (const button of $$("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }

  // A file is chosen in the words of the page, not in those of the browser. The control itself lies over them, unseen: it
  // still takes the keys, a dropped file and the label.
  for (const input of $$("input[type=file][data-file]")) {
    const box = document.createElement("span"), button = document.createElement("span"), name = document.createElement("span");
    box.className = "file-box";
    button.className = "ds-button";
    button.dataset.variant = "secondary";
    button.textContent = input.dataset.file;
    name.className = "file-name small";
    box.setAttribute("aria-hidden", "true");
    box.append(button, name);
    const frame = document.createElement("div");
    frame.className = "file";
    input.before(frame);
    frame.append(input, box);
    const say = () => {
      const { files } = input;
      name.textContent = files.length > 1 ? input.dataset.files.replace("{n}", files.length) : files[0]?.name ?? "";
    };
    input.addEventListener("change", say);
    say();
  }

  // A chosen file that was not sent yet would be lost by leaving.
  for (const form of $$("form")) {
    const files = $$("input[type=file]", form);
    if (!files.length) continue;
    let sending = false;
    form.addEventListener("submit", () => { sending = true; });
    window.addEventListener("beforeunload", (event) => {
      if (!sending && files.some((input) => input.files.length)) event.preventDefault();
    });
  }

  // One press is one submission; the server holds to that too.
  for (const form of $$("form[data-once]")) {
    form.addEventListener("submit", () => {
      for (const button of $$("button[type=submit]", form)) {
        setTimeout(() => button.setAttribute("aria-disabled", "true"));
      }
    });
  }

  // Keys of the desk. Rows: J, K, Enter, and data-row-key="x" in the row. Anything with data-key="a" is pressed by its key.
  if (!document.body.classList.contains("dense")) return;
  const rows = $$(".queue tbody tr");
  let at = rows.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const choose = (next) => {
    if (next < 0 || next >= rows.length) return;
    rows[at]?.removeAttribute("aria-selected");
    at = next;
    rows[at].setAttribute("aria-selected", "true");
    $("a", rows[at])?.focus();
  };
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=checkbox],[type=radio]),textarea,select");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      const form = event.target.closest("form");
      if (form) { event.preventDefault(); form.requestSubmit($("button[type=submit]:not([formaction])", form)); }
      return;
    }
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "/") { event.preventDefault(); $("[type=search]")?.focus(); return; }
    if (event.key === "?") { const sheet = $("#keys"); if (sheet) sheet.open = !sheet.open; return; }
    const key = event.key.toLowerCase();
    if (rows.length && key === "j") return choose(at + 1);
    if (rows.length && key === "k") return choose(at < 0 ? 0 : at - 1);
    const inRow = at >= 0 && $(`[data-row-key="${CSS.escape(key)}"]`, rows[at]);
    (inRow || $(`[data-key="${CSS.escape(key)}"]`))?.click();
  });
})();
