/* What a page gains where scripts run. Without it every page works the same. */
(() => {
  "use strict";

  const countWords = (text) => text.trim().split(/\s+/).filter(Boolean).length;

  function showCount(note) {
    const area = document.getElementById(note.dataset.wordsFor);
    if (!area) return;
    const asked = note.textContent.slice(note.textContent.indexOf(";"));
    const show = () => {
      const count = countWords(area.value);
      const low = Number(note.dataset.min || 0);
      const high = Number(note.dataset.max || Infinity);
      note.textContent = `${count} ${count === 1 ? "word" : "words"}${asked}`;
      note.dataset.state = count === 0 ? "" : count >= low && count <= high ? "met" : "off";
    };
    area.addEventListener("input", show);
    show();
  }

  function start(root) {
    root.querySelectorAll("[data-words-for]").forEach(showCount);
    root.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = "Copied";
      });
    });
    root.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
  }

  document.addEventListener("DOMContentLoaded", () => {
    start(document);
    const errors = document.querySelector("[data-focus]");
    if (errors) errors.focus();
  });
  document.addEventListener("htmx:load", (event) => {
    if (event.target !== document.body) start(event.target);
  });

  /* A part that could not be fetched says so where the person is looking. */
  function tell(event, words) {
    const place = event.target.closest("[data-live]") || document.querySelector(".page__body");
    if (!place || place.querySelector(":scope > .note--live")) return;
    const note = document.createElement("p");
    note.className = "note note--heed note--live";
    note.setAttribute("role", "alert");
    note.textContent = words;
    place.prepend(note);
  }
  document.addEventListener("htmx:sendError", (event) => tell(event, "No connection. What you typed is still here; try again."));
  document.addEventListener("htmx:responseError", (event) => tell(event, "That did not work. Reload the page and try again."));
})();
