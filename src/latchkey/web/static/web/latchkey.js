// Small conveniences; every page can be read without them.
(() => {
  const toggleTheme = (button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const root = document.documentElement;
      const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
      root.dataset.bsTheme = next;
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

  document.querySelectorAll("[data-theme-toggle]").forEach(toggleTheme);
  document.querySelectorAll("[data-names]").forEach(namesInput);
  document.querySelectorAll("[data-tokens]").forEach(tokenPicker);
  localTimes(document);
  document.addEventListener("change", tickAll);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("submit", confirmFirst);
  document.body.addEventListener("htmx:afterSettle", (event) => localTimes(event.target));
})();
