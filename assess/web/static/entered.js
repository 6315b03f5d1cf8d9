// A link is about to be opened, perhaps by another person than the last one on this device: the
// pages kept for the last one must not come up in a stranger's hands when the network breaks.
(async () => {
  "use strict";
  if (!("caches" in window)) return;
  for (const name of await caches.keys()) if (name.startsWith("take-")) await caches.delete(name);
})();
