// Everything is handed in: nothing of it stays on this device.
(async () => {
  "use strict";
  const box = await window.outbox.open(document.currentScript?.dataset.scope
    ?? document.querySelector("script[data-scope]").dataset.scope);
  await box.clear();
  if ("caches" in window) {
    for (const name of await caches.keys()) if (name.startsWith("take-")) await caches.delete(name);
  }
})();
