// Sends each choice of a screen as it is made, in order, until the server has it.
// The form works without this script; Next carries every choice of the screen again.
(() => {
  "use strict";
  const form = document.getElementById("answers");
  const state = document.getElementById("save-state");
  if (!form || !state || !form.dataset.send) return;

  const words = form.dataset;
  const page = Array.from(crypto.getRandomValues(new Uint32Array(3)), (n) => n.toString(36)).join("");
  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 20000;
  const PATIENCE = 15000;

  let sequence = Number(words.sequence) || 0;
  let queue = []; // choices the server has not confirmed, oldest first
  let sending = false;
  let stopped = false;
  let leaving = false;
  let wait = FIRST_WAIT;
  let timer = 0;
  let next = null; // the button that waits for the queue to empty

  const say = (text, trouble = false) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("is-error", trouble);
  };
  const saved = (moment) => {
    const time = moment.toLocaleTimeString(document.documentElement.lang, {
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    });
    say(words.saved.replace("{time}", time));
  };

  const later = () => {
    say(words.retrying, true);
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  const accept = async (response, batch) => {
    const document_ = await response.json();
    queue = queue.slice(batch.length);
    wait = FIRST_WAIT;
    if (queue.length === 0) saved(new Date(document_.at));
  };

  async function send() {
    clearTimeout(timer);
    if (sending || stopped || queue.length === 0) return;
    sending = true;
    const batch = queue.slice(0, 100);
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), PATIENCE);
    let trouble = true;
    try {
      const response = await fetch(words.send, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Form-Token": words.token },
        body: JSON.stringify({ answers: batch }),
        signal: abort.signal,
      });
      if (response.ok) {
        await accept(response, batch);
        trouble = false;
      } else if (response.status < 500 && ![408, 425, 429].includes(response.status)) {
        // It would be refused again: the page itself has to be loaded anew.
        stopped = true;
      }
    } catch {
      // No network, or no answer in time: the same keys go again.
    } finally {
      clearTimeout(patience);
      sending = false;
    }
    if (stopped) say(words.stopped, true);
    else if (trouble) later();
    else if (queue.length > 0) send();
    else if (next) form.requestSubmit(next);
  }

  const enqueue = (field) => {
    sequence += 1;
    queue.push({
      item: field.name.slice(words.field.length),
      value: field.value === words.declined ? null : Number(field.value),
      sequence,
      key: `${page}-${sequence}`,
      language: words.language,
    });
  };

  // Most and least on one statement: both wait until one of them has moved elsewhere.
  const held = new Set();
  const chosenIn = (pair) => Array.from(pair.querySelectorAll("input:checked"));
  const clashes = (pair) => {
    const [most, least] = chosenIn(pair);
    return Boolean(least) && most.value === least.value && most.value !== words.declined;
  };
  const showClash = (pair) => {
    const clash = clashes(pair);
    pair.classList.toggle("is-clash", clash);
    document.getElementById(pair.dataset.pair).hidden = !clash;
    return clash;
  };
  const settled = (field) => {
    const pair = field.closest("[data-pair]");
    if (!pair) return [field];
    held.add(field.name);
    if (showClash(pair)) return [];
    const ready = chosenIn(pair).filter((one) => held.has(one.name));
    ready.forEach((one) => held.delete(one.name));
    return ready;
  };
  for (const pair of form.querySelectorAll("[data-pair]")) {
    // A page that came back with a clash: nothing on it is kept yet.
    if (showClash(pair)) chosenIn(pair).forEach((one) => held.add(one.name));
  }

  form.addEventListener("change", (event) => {
    const field = event.target;
    if (field.type !== "radio" || !field.name.startsWith(words.field)) return;
    const ready = settled(field);
    if (ready.length === 0) return;
    ready.forEach(enqueue);
    if (!state.classList.contains("is-error")) say(words.saving);
    if (wait === FIRST_WAIT) send();
  });

  form.addEventListener("submit", (event) => {
    const clash = Array.from(form.querySelectorAll("[data-pair]")).find(clashes);
    if (clash) {
      event.preventDefault();
      document.getElementById(clash.dataset.pair).focus();
      return;
    }
    if (queue.length > 0 && wait > FIRST_WAIT && !stopped) {
      // The network is away: leaving now would end on the browser's own error page.
      event.preventDefault();
      next = event.submitter;
      send();
      return;
    }
    form.elements.unsent.value = queue.length > 0 && !stopped ? JSON.stringify(queue) : "";
    leaving = true;
  });

  addEventListener("online", send);
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (queue.length > 0 && !leaving && !stopped) event.preventDefault();
  });

  if (words.savedAt) saved(new Date(words.savedAt));
})();
