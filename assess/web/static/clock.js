// Tells the time that is left, warns before it ends, and goes to the pause when it has ended.
// The server's clock counts; it never counts more than this one.
(() => {
  "use strict";
  const line = document.querySelector(".time");
  const form = document.getElementById("answers");
  if (!line || !form) return;
  const warning = line.querySelector(".time-warning > div");
  const ends = Date.now() + 1000 * Number(line.dataset.left);
  const warned = Number(line.dataset.warned);
  let over = false;

  const look = () => {
    const left = (ends - Date.now()) / 1000;
    if (left <= warned && warning.hidden) warning.hidden = false;
    if (left > 0 || over) return;
    over = true;
    form.requestSubmit(document.querySelector('[form="answers"][name="go"][value="pause"]'));
  };
  look();
  setInterval(look, 1000);
})();
