// Tuning a profile: a slider beside each number, the weights at once, the preview while a slider
// moves, undo and redo. Everything works without it; the server counts everything again.
"use strict";

(() => {
  const root = document.getElementById("tuning");
  const form = document.getElementById("tuning-form");
  const preview = document.getElementById("tuning-preview");
  if (!root || !form || !preview) return;

  const words = root.dataset;
  const panel = preview.closest(".tuning-panel");
  const said = document.getElementById("tuning-said");
  const numbers = [...form.querySelectorAll("input.tuning-number")];
  const rows = [...form.querySelectorAll(".tune[data-code]")];
  const REST = 600;

  const read = (input) => Number.parseFloat(input.value.replace(",", "."));
  const plain = (value) => String(Math.round(value * 100) / 100);
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  // What a slider's place stands for; a weight goes in even steps of its logarithm.
  const scales = {
    log: {
      low: -12, high: 12,
      place: (value) => Math.round(12 * Math.log2(value)),
      number: (place) => plain(2 ** (place / 12)),
    },
    minimum: {
      low: 19, high: 80,
      place: (value) => value || 19,
      number: (place) => (place <= 19 ? "" : String(place)),
    },
    share: { low: 0, high: 10, place: (value) => value, number: String },
    seats: { low: 1, high: 0, place: (value) => value, number: String },
  };
  const most = (input) => Math.max(10, 3 * (read(input) || 1));

  // Weights at once, as the server counts them: what the mix asks times the multiplier, to 100 %.
  const weigh = () => {
    const parts = rows.map((row) => {
      const factor = read(row.querySelector("input.tuning-number"));
      return Number(row.dataset.base) * (factor > 0 ? factor : 1);
    });
    const sum = parts.reduce((all, part) => all + part, 0);
    rows.forEach((row, at) => {
      const weight = parts[at] / sum;
      row.querySelector("output").textContent = `${(100 * weight).toFixed(1)} %`;
      const dot = row.querySelector(".chart-dot");
      const stem = row.querySelector(".chart-stem");
      const left = Number(stem.getAttribute("x1"));
      const width = row.querySelector("svg").viewBox.baseVal.width - 2 * left;
      const x = String(left + width * Math.min(weight / 0.5, 1));
      dot.setAttribute("cx", x);
      stem.setAttribute("x2", x);
    });
  };

  const speak = (slider, input) => {
    const value = input.value || "";
    const row = input.closest(".tune");
    const weight = row.querySelector("output")?.textContent.replace(" %", "") ?? "";
    const told = { log: words.times, minimum: value ? words.points : words.none,
      share: words.share, seats: words.seats }[input.dataset.slider];
    slider.setAttribute("aria-valuetext", fill(told, { factor: value, weight, value }));
  };

  const sliders = new Map();
  const resets = new Map();
  const show = () => {
    weigh();
    for (const [input, reset] of resets) reset.classList.toggle("is-off", read(input) === 1);
    for (const [input, slider] of sliders) {
      const value = read(input);
      slider.value = String(scales[input.dataset.slider].place(Number.isNaN(value) ? 0 : value));
      speak(slider, input);
    }
  };

  for (const input of numbers) {
    const scale = scales[input.dataset.slider];
    const slider = document.createElement("input");
    slider.type = "range";
    slider.className = "tuning-slider";
    slider.min = String(scale.low);
    slider.max = String(scale.high || most(input));
    slider.step = "1";
    slider.setAttribute("aria-label", fill(words.slider, { name: input.dataset.words }));
    slider.addEventListener("input", () => {
      input.value = scale.number(Number(slider.value));
      show();
      ask();
    });
    slider.addEventListener("change", () => keep(input));
    input.addEventListener("input", () => { show(); ask(); });
    input.addEventListener("change", () => keep(input));
    input.closest(".with-unit").before(slider);
    sliders.set(input, slider);
    if (input.dataset.slider !== "log") continue;
    const reset = document.createElement("button");
    reset.type = "button";
    reset.className = "tune-reset";
    reset.textContent = words.reset;
    reset.setAttribute("aria-label", fill(words.resets, { name: input.dataset.words }));
    reset.addEventListener("click", () => {
      input.value = "1";
      show();
      slider.focus();
      ask();
      keep(reset);
    });
    input.closest(".tune-set").append(reset);
    resets.set(input, reset);
  }
  for (const choice of form.querySelectorAll("[name=pool], [name=against]")) {
    choice.addEventListener("change", () => { ask(); keep(choice); });
  }

  // What is set, as an address; the reason and the form's token never stand in one.
  const state = () => {
    const found = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (!["csrf_token", "version", "reason"].includes(name)) found.append(name, value);
    }
    return found.toString();
  };
  const chosen = (asked) => ["pool", "against"].map((name) => new URLSearchParams(asked).get(name));

  // One question at a time. While one is out, only the newest state waits, so every answer that
  // is drawn is newer than the last; one about another pool than is chosen now is dropped.
  const tickets = new Map();
  const ticketOf = (told) => {
    if (told?.dataset.ticket) tickets.set(told.dataset.pool, told.dataset.ticket);
  };
  let out = null;
  let waits = false;
  let timer = 0;

  const ask = () => {
    clearTimeout(timer);
    const now = state();
    if (out) {
      waits = true;
      if (String(chosen(out.asked)) === String(chosen(now))) return;
      out.stop.abort();
      return;
    }
    send(now);
  };

  const send = async (asked) => {
    const stop = new AbortController();
    out = { asked, stop };
    const [pool] = chosen(asked);
    const ticket = tickets.get(pool === "own" ? words.own : pool) ?? "";
    if (pool !== "simulated" && !ticket) headline(words.waiting);
    panel.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(`${words.preview}?${asked}&ticket=${encodeURIComponent(ticket)}`, {
        signal: stop.signal, headers: { Accept: "text/html" }, cache: "no-store",
      });
      const text = await answer.text();
      if (String(chosen(asked)) === String(chosen(state()))) draw(text);
    } catch (fault) {
      if (fault.name !== "AbortError") headline(words.lost);
    }
    out = null;
    panel.removeAttribute("aria-busy");
    if (waits) {
      waits = false;
      send(state());
    } else {
      timer = setTimeout(rest, REST);
    }
  };

  // On a phone the preview is out of sight: its sentence stays at the foot, with undo.
  const foot = document.createElement("div");
  foot.className = "tuning-foot";
  foot.append(document.createElement("p"));
  const back = document.getElementById("tuning-undo").cloneNode(true);
  back.removeAttribute("id");
  back.addEventListener("click", () => document.getElementById("tuning-undo").click());
  foot.append(back);
  form.append(foot);

  const headline = (text) => {
    const line = document.getElementById("tuning-headline");
    if (line) line.textContent = text;
    foot.firstElementChild.textContent = text;
  };

  const draw = (text) => {
    const arrived = performance.now();
    const made = new DOMParser().parseFromString(text, "text/html").querySelector(".tuning-told");
    if (!made) {
      headline(words.lost);
      return;
    }
    const open = [...preview.querySelectorAll("details[open][id]")].map((one) => one.id);
    for (const id of open) made.querySelector(`#${id}`)?.setAttribute("open", "");
    preview.replaceChildren(document.importNode(made, true));
    ticketOf(made);
    foot.firstElementChild.textContent = preview.querySelector(".tuning-headline, .notice p")?.textContent.trim() ?? "";
    // The frame is painted once what waits behind it runs.
    requestAnimationFrame(() => setTimeout(() => {
      performance.measure("tuning-drawn", { start: arrived, end: performance.now() });
    }));
  };

  // At rest: say the one sentence, and let the address hold what is set.
  const rest = () => {
    const line = preview.querySelector(".tuning-headline, .notice p");
    said.textContent = line ? line.textContent.trim() : "";
    history.replaceState(null, "", `${words.page}?${state()}`);
  };

  // Undo and redo go over what was set at rest, choices of the pool too.
  const past = [];
  const future = [];
  let present = "";
  const undo = document.getElementById("tuning-undo");
  const redo = document.getElementById("tuning-redo");
  const marks = () => {
    undo.disabled = back.disabled = !past.length;
    redo.disabled = !future.length;
  };
  // A key held on one slider is one step, however many times it was pressed.
  let last = { field: null, at: 0 };
  const keep = (field) => {
    const now = state();
    if (now === present) return;
    const at = performance.now();
    if (field !== last.field || at - last.at > 1000) past.push(present);
    last = { field, at };
    future.length = 0;
    present = now;
    marks();
  };
  const put = (text) => {
    for (const [name, value] of new URLSearchParams(text)) {
      for (const field of form.querySelectorAll(`[name="${name}"]`)) {
        if (field.type === "radio") field.checked = field.value === value;
        else if (field.type !== "submit") field.value = value;
      }
    }
    present = text;
    last = { field: null, at: 0 };
    show();
    marks();
    ask();
  };
  const step = (from, to) => {
    if (!from.length) return;
    to.push(present);
    put(from.pop());
  };
  undo.addEventListener("click", () => step(past, future));
  redo.addEventListener("click", () => step(future, past));
  root.addEventListener("keydown", (event) => {
    // In a number the browser's own undo is meant.
    if (!(event.ctrlKey || event.metaKey) || event.target.matches("input.tuning-number")) return;
    const key = event.key.toLowerCase();
    if (key !== "z" && key !== "y") return;
    event.preventDefault();
    if (key === "y" || event.shiftKey) step(future, past);
    else step(past, future);
  });
  document.getElementById("tuning-reset").addEventListener("click", (event) => {
    event.preventDefault();
    const was = present;
    put(words.first);
    if (was !== words.first) {
      past.push(was);
      future.length = 0;
      marks();
    }
  });

  document.getElementById("tuning-history").hidden = false;
  form.querySelector(".tuning-look button").hidden = true;
  ticketOf(preview.querySelector(".tuning-told"));
  foot.firstElementChild.textContent = preview.querySelector(".tuning-headline")?.textContent.trim() ?? "";
  present = state();
  show();
  marks();
})();
