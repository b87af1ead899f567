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

  /* A question that hangs on another answer of the same form is shown when that answer fits. */
  function answers(form, name) {
    const found = [];
    for (const control of form.elements) {
      if (control.name !== name) continue;
      if (control.type === "checkbox" && control.value === "on") found.push(String(control.checked));
      else if ((control.type !== "checkbox" && control.type !== "radio") || control.checked) found.push(control.value.trim());
    }
    return found.filter((value) => value !== "");
  }

  function fits(form, test) {
    const values = answers(form, test.name);
    if (test.absent || values.length === 0) return test.absent && values.length === 0;
    const among = (list) => values.some((value) => list.some((one) => String(one) === value));
    if (test.any_of.length && !among(test.any_of)) return false;
    if (test.none_of.length && among(test.none_of)) return false;
    const numbers = values.map(Number);
    if (test.at_least !== null && !numbers.every((number) => number >= test.at_least)) return false;
    return test.below === null || numbers.every((number) => number < test.below);
  }

  function follow(field) {
    const form = field.closest("form");
    const tests = JSON.parse(field.dataset.when);
    const show = () => { field.hidden = !tests.every((test) => fits(form, test)); };
    form.addEventListener("input", show);
    form.addEventListener("change", show);
    show();
  }

  function start(root) {
    root.querySelectorAll("[data-words-for]").forEach(showCount);
    root.querySelectorAll("[data-when]").forEach(follow);
    root.querySelectorAll("[data-copy]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(button.dataset.copy);
        button.textContent = "Copied";
      });
    });
    root.querySelectorAll("[data-busy]").forEach((part) => {
      part.addEventListener("submit", () => { part.querySelector("[role=status]").textContent = part.dataset.busy; });
    });
    root.querySelectorAll("[data-print]").forEach((button) => {
      button.hidden = false;
      button.addEventListener("click", () => window.print());
    });
  }

  /* A page that comes back from the browser's memory waits for nothing. */
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("[data-busy] [role=status]").forEach((line) => { line.textContent = ""; });
  });
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
