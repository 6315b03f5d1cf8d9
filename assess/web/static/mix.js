// The contact mix by hand: a slider tied to each share, locks, and the effect drawn at once by
// the server. Without this script the number fields and "See the effect" do the same.
"use strict";

(() => {
  const mixer = document.querySelector(".mixer");
  if (!mixer) return;
  const form = mixer.closest("form");
  const effect = mixer.querySelector(".mixer-effect");
  const told = mixer.querySelector(".mix-told");
  const EVERY = 80; // ms between two questions to the server
  const REST = 900; // ms without a change before anything is read out

  const cards = [...mixer.querySelectorAll(".driver-card")].map((card) => ({
    card,
    share: card.querySelector(".mix-share"),
    slider: card.querySelector(".mix-slider"),
    lock: card.querySelector(".mix-lock input"),
  }));
  const read = (card) => Number.parseFloat(card.share.value.replace(",", ".")) || 0;
  const sum = (some) => some.reduce((all, card) => all + read(card), 0);
  const show = (card) => {
    const share = read(card);
    card.was = share;
    card.slider.value = String(share);
    card.slider.disabled = card.lock.checked;
    card.share.readOnly = card.lock.checked;
    card.card.classList.toggle("is-in", share > 0);
    card.card.classList.toggle("is-locked", card.lock.checked);
  };
  const write = (card, share) => {
    if (read(card) !== share) card.share.value = String(Math.round(share * 1e6) / 1e6);
    show(card);
  };

  // Split `whole` in the proportions of `parts`, in whole steps that sum to it exactly.
  const split = (whole, parts, step) => {
    const all = parts.reduce((a, b) => a + b, 0);
    const steps = Math.floor(whole / step + 1e-9);
    const wanted = parts.map((part) => (steps * part) / all);
    const given = wanted.map(Math.floor);
    const order = wanted.map((_, i) => i).sort((a, b) => wanted[b] - given[b] - wanted[a] + given[a]);
    const left = steps - given.reduce((a, b) => a + b, 0);
    for (let i = 0; i < left; i += 1) given[order[i]] += 1;
    const shares = given.map((count) => count * step);
    shares[order[0]] += whole - steps * step;
    return shares;
  };
  // Whole per cents stay whole; counted shares keep a decimal.
  const stepOf = (some) => (some.every((card) => Number.isInteger(read(card))) ? 1 : 0.1);

  // What the shares were before this card moved: moving it to and fro loses nothing.
  let held = null;
  const hold = (card) => {
    const others = cards.filter((one) => one !== card && !one.lock.checked);
    const locked = sum(cards.filter((one) => one !== card && one.lock.checked));
    const full = locked + sum(others) + card.was > 99.5;
    held = { card, others, base: others.map(read), locked, full, step: stepOf([...others, card]) };
  };

  const move = (card, share) => {
    if (!held || held.card !== card) hold(card);
    const { others, base, locked, full, step } = held;
    const most = Math.max(0, 100 - locked);
    const value = Math.min(Math.max(share, 0), most);
    const had = base.reduce((a, b) => a + b, 0);
    const rest = most - value;
    const shares = had > 0 && (full || had > rest) ? split(rest, base, step) : base;
    others.forEach((one, i) => write(one, shares[i]));
    if (value === share) show(card);
    else write(card, value);
    ask();
  };

  // What is missing goes to reasons without a share; where all is given away, those with one
  // are made even. Locked shares stay.
  const spread = () => {
    const free = cards.filter((one) => !one.lock.checked);
    const [some, none] = [free.filter((one) => read(one) > 0), free.filter((one) => read(one) <= 0)];
    const missing = 100 - sum(cards);
    const taking = missing > 0.5 && none.length ? none : some;
    if (!taking.length) return;
    const step = stepOf(cards.filter((one) => !taking.includes(one)));
    const rest = Math.max(0, missing + sum(taking));
    const shares = split(rest, taking.map(() => 1), step);
    taking.forEach((one, i) => write(one, shares[i]));
    held = null;
    ask();
  };

  // One question to the server at a time, then the newest figures: no answer is overtaken.
  let timer = 0;
  let resting = 0;
  let busy = false;
  let again = false;
  const draw = async () => {
    timer = 0;
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    const figures = new URLSearchParams();
    for (const field of new FormData(form)) {
      if (/^(share_|minutes_|load_|contacts$|saved$|keep_rated$)/.test(field[0]) && field[1] !== "") {
        figures.append(field[0], field[1]);
      }
    }
    try {
      const answer = await fetch(`${mixer.dataset.effect}?${figures}`);
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      effect.innerHTML = await answer.text();
      tell(() => [".mix-sum", "[data-told]"].map((it) => effect.querySelector(it).textContent).join(" "));
    } catch {
      tell(() => mixer.dataset.failed);
    }
    busy = false;
    if (again) {
      again = false;
      ask();
    }
  };
  const ask = () => {
    window.clearTimeout(resting);
    timer = timer || window.setTimeout(draw, EVERY);
  };
  const tell = (words) => {
    window.clearTimeout(resting);
    resting = window.setTimeout(() => {
      told.textContent = words().replace(/\s+/g, " ").trim();
    }, REST);
  };

  for (const card of cards) {
    card.slider.hidden = false;
    card.lock.closest("label").hidden = false;
    card.slider.addEventListener("input", () => {
      card.share.value = card.slider.value;
      move(card, Number(card.slider.value));
    });
    // While a number is being typed an empty field is not yet a nought.
    card.share.addEventListener("input", () => card.share.value !== "" && move(card, read(card)));
    card.share.addEventListener("change", () => move(card, read(card)));
    card.lock.addEventListener("change", () => {
      held = null;
      show(card);
    });
    show(card);
  }
  mixer.addEventListener("input", (event) => {
    if (!event.target.matches(".mix-share, .mix-slider, .mix-lock input")) ask();
  });
  form.querySelector("[name=keep_rated]")?.addEventListener("change", ask);
  const even = mixer.querySelector(".mix-even");
  even.hidden = false;
  even.addEventListener("click", spread);
  mixer.querySelector(".mix-see").remove();
  for (const help of form.querySelectorAll(".mix-help")) help.hidden = false;
  const undo = mixer.querySelector(".mix-undo");
  undo.hidden = false;
  undo.addEventListener("click", () => {
    for (const field of mixer.querySelectorAll("input:not(.mix-slider, [type=hidden])")) {
      if (field.type === "checkbox") field.checked = field.defaultChecked;
      else field.value = field.defaultValue;
    }
    held = null;
    cards.forEach(show);
    ask();
  });
})();
