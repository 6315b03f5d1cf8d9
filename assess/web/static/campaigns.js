// The contact mix: a slider beside each share, tied to its number, and the running sum.
// Everything works without it; the server checks the sum again.
"use strict";

(() => {
  const table = document.querySelector("table.mix");
  const sum = document.getElementById("mix-sum");
  if (!table || !sum) return;

  const shares = [...table.querySelectorAll("input.mix-share")];
  const read = (input) => Number.parseFloat(input.value.replace(",", ".")) || 0;
  const write = (value) => String(Math.round(value * 100) / 100);

  const tell = () => {
    const total = shares.reduce((all, input) => all + read(input), 0);
    const rest = Math.abs(100 - total);
    const words = rest < 0.005 ? "full" : total < 100 ? "less" : "more";
    sum.textContent = sum.dataset[words]
      .replace("{total}", write(total))
      .replace("{rest}", write(rest));
    sum.classList.toggle("is-full", words === "full");
  };

  for (const input of shares) {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.max = "100";
    slider.step = "1";
    slider.className = "mix-slider";
    slider.value = String(read(input));
    slider.setAttribute(
      "aria-label",
      table.dataset.slider.replace("{driver}", input.closest("tr").dataset.driver),
    );
    slider.addEventListener("input", () => {
      input.value = slider.value === "0" ? "" : slider.value;
      tell();
    });
    input.addEventListener("input", () => {
      slider.value = String(read(input));
      tell();
    });
    input.closest(".with-unit").before(slider);
  }
  sum.hidden = false;
  tell();
})();
