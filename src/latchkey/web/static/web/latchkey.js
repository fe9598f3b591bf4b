// Small conveniences; every page can be read without them.
(() => {
  const toggleTheme = (button) => {
    const dark = document.getElementById("dark-colours");
    button.hidden = false;
    button.addEventListener("click", () => {
      const next = window.matchMedia(dark.media).matches ? "light" : "dark";
      dark.media = next === "dark" ? "all" : "not all";
      try { localStorage.setItem("latchkey-theme", next); } catch { /* private windows keep nothing */ }
    });
  };

  // Moments in the time of the person who looks.
  const localTimes = (within) => {
    for (const time of within.querySelectorAll("time[datetime]")) {
      const at = new Date(time.dateTime);
      if (!Number.isNaN(at.valueOf())) time.title = at.toLocaleString(document.documentElement.lang);
    }
  };

  // A box that ticks all the others of its form.
  const tickAll = (event) => {
    const box = event.target;
    if (!(box instanceof HTMLInputElement) || !box.matches("[data-tick-all]")) return;
    for (const other of box.form.querySelectorAll(`input[name="${box.dataset.tickAll}"]`)) {
      if (!other.disabled) other.checked = box.checked;
    }
  };

  const closeMenus = (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (event.type === "keydown" ? event.key === "Escape" : !menu.contains(event.target)) {
        menu.open = false;
        if (event.type === "keydown") menu.querySelector("summary").focus();
      }
    }
  };

  const confirmFirst = (event) => {
    const asked = event.submitter?.dataset.confirm || event.target.dataset.confirm;
    if (asked && !window.confirm(asked)) event.preventDefault();
  };

  // Names chosen one by one: what is typed becomes a box that can be unticked.
  const namesInput = (place) => {
    const typed = place.querySelector("input[type=text]");
    const button = place.querySelector("[data-names-add]");
    const list = place.querySelector("ul");
    const suggested = () => [...(typed.list?.options || [])].map((option) => option.value);
    const add = () => {
      const name = typed.value.trim();
      if (!name) return;
      const known = [...list.querySelectorAll("input")].find((box) => box.value === name);
      if (known) known.checked = true;
      else list.append(chip(typed.name, name));
      typed.value = "";
      typed.dispatchEvent(new Event("names-changed", { bubbles: true }));
    };
    button.hidden = false;
    button.addEventListener("click", () => { add(); typed.focus(); });
    typed.addEventListener("keydown", (event) => {
      if (event.key === "Enter") { event.preventDefault(); add(); }
    });
    typed.addEventListener("input", (event) => {
      const chosen = event.inputType === undefined || event.inputType === "insertReplacementText";
      if (chosen && suggested().includes(typed.value)) add();
    });
    typed.addEventListener("change", add);
  };

  const chip = (field, name) => {
    const item = document.createElement("li");
    const label = document.createElement("label");
    const box = document.createElement("input");
    label.className = "chip";
    Object.assign(box, { type: "checkbox", name: field, value: name, checked: true });
    label.append(box, ` ${name}`);
    item.append(label);
    return item;
  };

  // Fields of the contact, put where the cursor stands.
  const tokenPicker = (place) => {
    const target = document.getElementById(place.dataset.tokens);
    const [field, filter] = place.querySelectorAll("select");
    if (!target) return;
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => {
      const token = filter?.value ? field.value.replace("}", `|${filter.value}}`) : field.value;
      target.setRangeText(token, target.selectionStart, target.selectionEnd, "end");
      target.focus();
      target.dispatchEvent(new Event("input", { bubbles: true }));
    });
  };

  // In a narrow window a list is a column of cards, whose lines say what they are.
  const labelCells = (within) => {
    for (const table of within.querySelectorAll("table.rows")) {
      const labels = [...table.querySelectorAll("thead th")].map((head) => head.innerText.trim());
      for (const row of table.tBodies[0].rows) {
        [...row.cells].forEach((cell, place) => { cell.dataset.label = labels[place] || ""; });
      }
    }
  };

  // What opens beside a list opens as a page of its own where there is no room beside it.
  const besideOrAlone = (event) => {
    const beside = document.getElementById("beside");
    if (!beside || event.detail.target !== beside) return;
    if (!window.matchMedia("(max-width: 75rem)").matches) return;
    event.preventDefault();
    window.location.href = event.detail.elt.href;
  };

  // The row that is shown beside its list, and the panel within sight.
  const markChosen = (event) => {
    if (event.detail.target.id !== "beside") return;
    document.querySelectorAll("#list [aria-current]").forEach((one) => one.removeAttribute("aria-current"));
    event.detail.requestConfig.elt.setAttribute("aria-current", "true");
    event.detail.target.scrollIntoView({ block: "nearest" });
  };

  document.querySelectorAll("[data-theme-toggle]").forEach(toggleTheme);
  document.querySelectorAll("[data-names]").forEach(namesInput);
  document.querySelectorAll("[data-tokens]").forEach(tokenPicker);
  localTimes(document);
  labelCells(document);
  document.addEventListener("change", tickAll);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("submit", confirmFirst);
  document.body.addEventListener("htmx:beforeRequest", besideOrAlone);
  document.body.addEventListener("htmx:afterSettle", (event) => {
    localTimes(event.target);
    labelCells(document);
    markChosen(event);
  });
})();
