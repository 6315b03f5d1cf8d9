// Sends each choice of a screen as it is made, in order, until the server has it. What is not
// confirmed waits in the outbox on this device, and outlives the page.
// The form works without this script; Next carries every choice of the screen again.
(async () => {
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
  let last = Number(words.last) || 0; // the newest row of the log that this page has heard of
  let sending = false;
  let again = false; // something was added while a batch was on its way
  let stopped = false;
  let leaving = false;
  let wait = FIRST_WAIT;
  let timer = 0;
  let next = null; // the button that waits for the outbox to empty
  let pending = 0; // how many choices are not confirmed, as far as this page knows

  const say = (text, trouble = false) => {
    if (state.textContent !== text) state.textContent = text;
    state.classList.toggle("is-error", trouble);
  };
  const clock = (moment) => moment.toLocaleTimeString(document.documentElement.lang, {
    hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const saved = (moment) => say(words.saved.replace("{time}", clock(moment)));
  const fieldOf = (item, value) => Array.from(form.elements)
    .find((field) => field.type === "radio" && field.name === words.field + item
      && field.value === String(value));
  const valueOf = (act) => (act.value === null ? words.declined : act.value);
  const paint = (item, value) => {
    const chosen = form.querySelector(`input[name="${CSS.escape(words.field + item)}"]:checked`);
    if (value === null) {
      if (chosen) chosen.checked = false;
    } else {
      const field = fieldOf(item, value);
      if (field) field.checked = true;
    }
    for (const pair of form.querySelectorAll("[data-pair]")) showClash(pair);
  };
  const heard = (row) => {
    last = Math.max(last, row);
    form.elements.after.value = last;
  };
  const toldElsewhere = () => { document.getElementById("elsewhere").hidden = false; };

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

  const opened = window.outbox.open(words.scope);
  let writing = opened; // acts are written one after the other, in the order of choosing

  const enqueue = (field) => {
    sequence += 1;
    pending += 1;
    const act = {
      key: `${page}-${sequence}`,
      item: field.name.slice(words.field.length),
      value: field.value === words.declined ? null : Number(field.value),
      sequence,
      at: Date.now(),
      language: words.language,
    };
    writing = writing.then(async (box) => {
      await box.add(act);
      return box;
    });
  };

  const later = (batch) => {
    const since = clock(new Date(Math.min(...batch.map((act) => act.at))));
    const words_ = wait > FIRST_WAIT ? words.waiting : words.retrying;
    say(words_.replace("{count}", batch.length).replace("{time}", since), true);
    clearTimeout(timer);
    timer = setTimeout(send, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };

  // What would be refused for ever must not hold up the rest.
  const refuse = async (box, response, batch) => {
    const { item } = await response.json().catch(() => ({}));
    const hopeless = batch.filter((act) => act.item === item);
    if (hopeless.length === 0) {
      stopped = true;
      return;
    }
    await box.drop(hopeless.map((act) => act.key));
    say(words.refused, true);
  };

  const post = async (batch) => {
    const abort = new AbortController();
    const patience = setTimeout(() => abort.abort(), PATIENCE);
    const answers = batch.map(({ item, value, sequence: number, key, at, language }) => (
      { item, value, sequence: number, key, language, waited: Math.max(0, Date.now() - at) }));
    try {
      return await fetch(words.send, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-Form-Token": words.token },
        body: JSON.stringify({ answers, after: last }),
        signal: abort.signal,
      });
    } finally {
      clearTimeout(patience);
    }
  };

  // One batch at a time, whichever tab sends it: another tab's acts are in the same outbox.
  const batchOnce = async (box) => {
    const batch = (await box.waiting()).slice(0, 100);
    pending = batch.length;
    if (batch.length === 0) return;
    let response = null;
    let body = null;
    try {
      response = await post(batch);
      if (response.ok) body = await response.json();
    } catch {
      response = null; // no network, or no answer in time: the same keys go again
    }
    if (response && !response.ok && response.status < 500
      && ![408, 425, 429].includes(response.status)) {
      await refuse(box, response, batch);
      again = !stopped;
      return;
    }
    if (!body) {
      later(batch);
      return;
    }
    await box.confirm(batch.map((act) => act.key), body.last);
    heard(body.last);
    wait = FIRST_WAIT;
    for (const [item, value] of Object.entries(body.elsewhere)) {
      paint(item, value);
      toldElsewhere();
    }
    again = true;
    pending = (await box.waiting()).length;
    if (pending === 0) saved(new Date(body.at));
  };

  const locked = (work) => (navigator.locks
    ? navigator.locks.request(`assess-${words.scope}`, work) : work());

  async function send() {
    clearTimeout(timer);
    if (stopped) return;
    if (sending) {
      again = true;
      return;
    }
    sending = true;
    try {
      do {
        again = false;
        const box = await writing;
        await locked(() => batchOnce(box));
      } while (again && !stopped);
    } finally {
      sending = false;
    }
    if (stopped) say(words.stopped, true);
    else if (next && pending === 0) form.requestSubmit(next);
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

  // Without a network the pages around this one may be here, and the choices wait in the outbox.
  const elsewhereKept = async (url) => {
    if (!url || !("caches" in window)) return false;
    return Boolean(await caches.match(url));
  };

  form.addEventListener("submit", (event) => {
    const clash = Array.from(form.querySelectorAll("[data-pair]")).find(clashes);
    if (clash) {
      event.preventDefault();
      document.getElementById(clash.dataset.pair).focus();
      return;
    }
    if (pending > 0 && wait > FIRST_WAIT && !stopped) {
      // The network is away: posting now would end on the browser's own error page.
      event.preventDefault();
      next = event.submitter;
      const url = { back: words.back, next: words.next }[next?.value];
      elsewhereKept(url).then((kept) => {
        if (!kept) send();
        else {
          leaving = true;
          location.assign(url);
        }
      });
      return;
    }
    leaving = true;
  });

  addEventListener("online", send);
  addEventListener("pageshow", () => { leaving = false; });
  addEventListener("beforeunload", (event) => {
    if (pending > 0 && !leaving && !stopped) event.preventDefault();
  });

  // A tab that was away may have been overtaken by another one.
  const catchUp = async () => {
    if (pending > 0 || stopped || sending) return;
    try {
      const response = await fetch(words.now);
      if (!response.ok) return;
      const { last: row, values } = await response.json();
      if (row <= last || pending > 0) return;
      heard(row);
      for (const [item, value] of Object.entries(values)) {
        const chosen = form.querySelector(
          `input[name="${CSS.escape(words.field + item)}"]:checked`);
        if ((chosen?.value ?? null) === value) continue;
        paint(item, value);
        toldElsewhere();
      }
    } catch {
      // No network: the next choice will tell.
    }
  };
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") catchUp();
  });

  // Keep the pages around this one; with the scope, so that nobody else's are ever shown.
  const keepPages = async () => {
    if (!("serviceWorker" in navigator)) return;
    await navigator.serviceWorker.register(words.worker, { scope: "/take/" });
    const ready = await navigator.serviceWorker.ready;
    const urls = words.ahead.split(" ").concat(
      performance.getEntriesByType("resource").map((entry) => entry.name)
        .filter((name) => name.includes("/assets/")));
    ready.active.postMessage({ scope: words.scope, urls });
  };

  if (words.savedAt) saved(new Date(words.savedAt));
  const box = await opened;
  const acts = await box.all();
  sequence = Math.max(sequence, ...acts.map((act) => act.sequence));
  // A page from this device's own store is older than what was chosen on it since.
  const newer = acts.filter((act) => act.row === null || act.row > last);
  newer.forEach((act) => paint(act.item, valueOf(act)));
  pending += acts.filter((act) => act.row === null).length;
  if (pending > 0) send();
  keepPages().catch(() => {}); // without the worker everything else works
})();
