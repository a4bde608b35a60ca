// Suggestions as one types (WAI-ARIA combobox with a listbox). Without this file the box is a plain search, and works.
(() => {
  "use strict";
  const WAIT = 150, MOST = 8, LONGEST = 40, KEPT = 200;
  const known = new Map();

  const fetchWords = async (address, typed, signal) => {
    const key = typed.toLowerCase();
    if (known.has(key)) return known.get(key);
    const answer = await fetch(`${address}?q=${encodeURIComponent(typed)}`, { signal, credentials: "omit" });
    const words = answer.ok ? (await answer.json()).suggestions.slice(0, MOST) : [];
    if (known.size >= KEPT) known.clear();
    if (answer.ok) known.set(key, words);
    return words;
  };

  document.querySelectorAll("form[data-suggest]").forEach((form, number) => {
    const box = form.querySelector("input[name=q]");
    if (!box || !window.AbortController) return;
    const list = document.createElement("ul");
    const status = document.createElement("p");
    list.id = `suggestions-${number}`;
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.list);
    status.className = "ds-sr-only";
    status.setAttribute("role", "status");
    form.append(list, status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, "aria-haspopup": "listbox",
    })) box.setAttribute(name, value);

    let typed = box.value, at = -1, timer = 0, asking = null;
    const options = () => [...list.children];
    const close = () => {
      clearTimeout(timer);
      asking?.abort();
      list.hidden = true;
      at = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };
    const mark = (next) => {
      const all = options();
      all[at]?.setAttribute("aria-selected", "false");
      at = next;
      if (at < 0) {
        box.value = typed;
        box.removeAttribute("aria-activedescendant");
        return;
      }
      all[at].setAttribute("aria-selected", "true");
      all[at].scrollIntoView({ block: "nearest" });
      box.value = all[at].textContent;
      box.setAttribute("aria-activedescendant", all[at].id);
    };
    const show = (words) => {
      list.replaceChildren(...words.map((word, n) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${n}`;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = word;
        return option;
      }));
      at = -1;
      list.hidden = !words.length;
      box.setAttribute("aria-expanded", String(!list.hidden));
      box.removeAttribute("aria-activedescendant");
      status.textContent = words.length ? form.dataset.count.replace("{n}", words.length) : "";
    };
    const ask = async () => {
      typed = box.value;
      const words = typed.trim().slice(0, LONGEST);
      asking?.abort();
      if (!words) return close();
      asking = new AbortController();
      const { signal } = asking;
      try {
        const found = await fetchWords(form.dataset.suggest, words, signal);
        if (!signal.aborted && document.activeElement === box) show(found);
      } catch { /* no network: the plain search is still there */ }
    };

    box.addEventListener("input", (event) => {
      if (event.isComposing) return;
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    box.addEventListener("compositionend", () => { clearTimeout(timer); timer = setTimeout(ask, WAIT); });
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const count = options().length;
      if (event.key === "Escape" && !list.hidden) { event.preventDefault(); box.value = typed; close(); return; }
      if (event.key === "Tab") { close(); return; }
      if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
      event.preventDefault();
      if (list.hidden) { ask(); return; }
      const step = event.key === "ArrowDown" ? 1 : -1;
      mark(((at + 1 + step + count + 1) % (count + 1)) - 1);
    });
    box.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (!option) return;
      box.value = option.textContent;
      close();
      form.requestSubmit();
    });
    form.addEventListener("submit", close);
  });
})();
