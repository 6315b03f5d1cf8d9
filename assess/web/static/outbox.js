// Answers on this device, until the server has confirmed them and the sitting is handed in.
// Kept in IndexedDB, so that they outlive the page; in memory alone where the browser has none.
"use strict";
window.outbox = (() => {
  const memory = new Map();
  const volatile = {
    put: async (acts) => acts.forEach((act) => memory.set(act.key, act)),
    remove: async (keys) => keys.forEach((key) => memory.delete(key)),
    all: async () => [...memory.values()],
  };

  const done = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

  const connect = () => {
    const request = indexedDB.open("assess", 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("acts", { keyPath: "key" }).createIndex("scope", "scope");
    };
    return done(request);
  };

  const durable = (db, scope) => {
    const change = (act) => new Promise((resolve, reject) => {
      const transaction = db.transaction("acts", "readwrite", { durability: "strict" });
      act(transaction.objectStore("acts"));
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error);
    });
    return {
      put: (acts) => change((store) => acts.forEach((one) => store.put(one))),
      remove: (keys) => change((store) => keys.forEach((key) => store.delete(key))),
      // What another person's server has is of no use here any more; what it has not may be.
      forgetOthers: () => change((store) => {
        store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
          if (!cursor) return;
          if (cursor.value.scope !== scope && cursor.value.row !== null) cursor.delete();
          cursor.continue();
        };
      }),
      all: () => done(db.transaction("acts").objectStore("acts").index("scope").getAll(scope)),
    };
  };

  // An act: {key, scope, item, value, sequence, at, row}; row is null until it is confirmed.
  async function open(scope) {
    let box = volatile;
    try {
      const kept = durable(await connect(), scope);
      await kept.forgetOthers();
      box = kept;
    } catch {
      // Private browsing of some browsers: what is not confirmed lives as long as the page.
    }
    const all = async () => (await box.all()).sort((a, b) => a.sequence - b.sequence);
    return {
      all,
      add: (act) => box.put([{ ...act, scope, row: null }]),
      waiting: async () => (await all()).filter((act) => act.row === null),
      // Of what is confirmed only the newest of an item is kept, for pages shown without a network.
      confirm: async (keys, row) => {
        const acts = await all();
        const mine = acts.filter((act) => keys.includes(act.key));
        const items = new Set(mine.map((act) => act.item));
        const older = acts.filter((act) => act.row !== null && items.has(act.item));
        const newest = new Map(mine.map((act) => [act.item, { ...act, row }]));
        const kept = new Set([...newest.values()].map((act) => act.key));
        await box.put([...newest.values()]);
        await box.remove([...older, ...mine].map((act) => act.key).filter((key) => !kept.has(key)));
      },
      drop: (keys) => box.remove(keys),
      clear: async () => box.remove((await all()).map((act) => act.key)),
    };
  }

  return { open };
})();
