// What the upload of a file says before it is sent; without it the server says the same.
(() => {
  // A file that could not be read is refused here.
  const fileSize = (place) => {
    const chosen = place.querySelector("input[type=file]");
    chosen.addEventListener("change", () => {
      const size = chosen.files[0]?.size ?? 1;
      const wrong = size > Number(place.dataset.mostBytes) ? place.dataset.tooLarge : "";
      chosen.setCustomValidity(size === 0 ? place.dataset.empty : wrong);
      chosen.reportValidity();
    });
  };

  // Sending takes a while: the button says so, and is not pressed twice.
  const busyWhileSent = (form) => {
    form.addEventListener("submit", (event) => {
      if (form.classList.contains("is-busy")) event.preventDefault();
      form.classList.add("is-busy");
    });
    window.addEventListener("pageshow", () => form.classList.remove("is-busy"));
  };

  document.querySelectorAll("[data-most-bytes]").forEach(fileSize);
  document.querySelectorAll("form[data-busy]").forEach(busyWhileSent);
})();
