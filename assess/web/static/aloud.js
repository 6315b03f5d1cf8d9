// Lets the device read a block to the person, where it can speak. Nothing is sent anywhere.
(() => {
  "use strict";
  const speech = window.speechSynthesis;
  if (!speech || typeof SpeechSynthesisUtterance === "undefined") return;
  const WORDS = "main h1, .scenario p, .rating legend, .most-least-head, "
    + ".most-least-text:not(.most-least-decline)";
  let reading = null; // the button whose block is being read

  const rest = () => {
    if (!reading) return;
    reading.textContent = reading.dataset.start;
    reading = null;
  };
  const stop = () => {
    rest();
    speech.cancel();
  };
  const read = (button) => {
    reading = button;
    button.textContent = button.dataset.stop;
    const texts = Array.from(document.querySelectorAll(WORDS), (one) => one.textContent.trim());
    texts.forEach((text, place) => {
      const part = new SpeechSynthesisUtterance(text);
      part.lang = button.dataset.aloud;
      if (place === texts.length - 1) part.onend = rest;
      speech.speak(part);
    });
  };

  for (const button of document.querySelectorAll("[data-aloud]")) {
    button.dataset.start = button.textContent;
    button.closest(".aloud").hidden = false;
    button.addEventListener("click", () => {
      const again = reading === button;
      stop();
      if (!again) read(button);
    });
  }
  addEventListener("pagehide", stop);
})();
