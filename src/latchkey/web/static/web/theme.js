// Before the page is drawn: the dark colours by choice, where there is one; else as the system has it.
(() => {
  const dark = document.getElementById("dark-colours");
  let chosen = null;
  try { chosen = localStorage.getItem("latchkey-theme"); } catch { /* private windows keep nothing */ }
  if (chosen) dark.media = chosen === "dark" ? "all" : "not all";
  document.documentElement.classList.add("js");
})();
