/* Saves a section while one writes: after a pause, on leaving a field, and on leaving the page. Only answers that
   changed travel. Without scripts the Save button does the same. */
(() => {
  "use strict";
  const PAUSE = 1500;
  const AGAIN = 10000;
  const OFFLINE = "Not saved: no connection. What you typed is still here; it is tried again.";
  const REFUSED = "Not saved: that did not work. What you typed is still here. Copy it, and read the page anew.";
  const SIGNED_OUT = "Not saved: you are signed out. Sign in in another tab; what you typed is still here.";
  let form, status, held, sent, timer, leaving = false;

  /* What stands in each question now: {question: text that stands for all its controls}. */
  function answers() {
    const found = {};
    for (const control of form.elements) {
      if (!control.name || ["hidden", "file", "submit", "button", "fieldset"].includes(control.type)) continue;
      const question = control.name.split(".")[0];
      found[question] ||= "";
      if (["radio", "checkbox"].includes(control.type) && !control.checked) continue;
      found[question] += JSON.stringify([control.name, control.value]);
    }
    return found;
  }

  function changed() {
    const now = answers();
    return Object.keys(now).filter((question) => now[question] !== held[question]);
  }

  /* Leave out what did not change; what the page had shown goes along with what did. */
  function thin(data) {
    const wanted = changed();
    data.set("turn", Date.now());
    for (const name of [...data.keys()]) {
      const question = name.startsWith("seen.") ? name.slice(5) : name.split(".")[0];
      const files = name.startsWith("file.") || name.startsWith("replace.");
      if (files || (!wanted.includes(question) && !["sitting", "turn", "csrfmiddlewaretoken"].includes(name))) data.delete(name);
    }
    return wanted;
  }

  function say(words) {
    if (status.textContent.trim() !== words) status.textContent = words;
  }

  function later(pause) {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  }

  function save() {
    clearTimeout(timer);
    if (changed().length) htmx.trigger(status, "draft:changed");
  }

  function retry(event) {
    event.stopPropagation();
    const refused = event.type === "htmx:responseError";
    say(refused ? REFUSED : OFFLINE);
    if (!refused || event.detail.xhr.status >= 500) later(AGAIN);
  }

  function ask(event) {
    if (event.target !== status) return;
    const questions = thin(event.detail.formData);
    if (!questions.length) { event.preventDefault(); return; }
    const now = answers();
    sent = Object.fromEntries(questions.map((question) => [question, now[question]]));
  }

  /* Nothing is said twice, and what has the focus is left alone. */
  function receive(event) {
    const same = document.createElement("p");
    same.innerHTML = event.detail.serverResponse.replace(/<div id="checklist-now"[\s\S]*$/, "");
    if (!event.detail.xhr.responseURL.includes("/save/")) {
      event.detail.shouldSwap = false;
      say(SIGNED_OUT);
    } else if (same.textContent.trim() === status.textContent.trim()) {
      event.detail.swapOverride = "none";
    }
  }

  /* The server has these now; whatever was typed since travels next time. */
  function keep(event) {
    for (const [question, seen] of Object.entries(event.detail.seen)) {
      if (!(question in sent)) continue;
      held[question] = sent[question];
      form.elements[`seen.${question}`].value = seen;
    }
  }

  function leave(event) {
    if (leaving || !changed().length) return;
    const data = new FormData(form);
    thin(data);
    if (!navigator.sendBeacon(status.getAttribute("hx-post"), data)) event.preventDefault();
  }

  function start() {
    form = document.getElementById("draft");
    status = document.getElementById("draft-saved");
    if (!form || !window.htmx) return;
    held = answers();
    status.hidden = false;
    form.addEventListener("input", () => later(PAUSE));
    form.addEventListener("change", save);
    form.addEventListener("focusout", save);
    form.addEventListener("submit", () => {
      leaving = true;
      clearTimeout(timer);
      form.elements.turn.value = Date.now();
    });
    window.addEventListener("beforeunload", leave);
    window.addEventListener("pageshow", () => { leaving = false; });
    status.addEventListener("htmx:configRequest", ask);
    status.addEventListener("htmx:beforeSwap", receive);
    status.addEventListener("draft:kept", keep);
    for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) status.addEventListener(name, retry);
    document.body.addEventListener("htmx:oobBeforeSwap", (event) => {
      if (event.detail.target.contains(document.activeElement)) event.detail.shouldSwap = false;
    });
  }
  document.addEventListener("DOMContentLoaded", start);
})();
