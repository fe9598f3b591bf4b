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

  document.querySelectorAll("[data-theme-toggle]").forEach(toggleTheme);
  localTimes(document);
  document.addEventListener("change", tickAll);
  document.addEventListener("click", closeMenus);
  document.addEventListener("keydown", closeMenus);
  document.addEventListener("submit", confirmFirst);
  document.body.addEventListener("htmx:afterSettle", (event) => localTimes(event.target));
})();
