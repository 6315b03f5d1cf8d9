// Keeps the pages around the present one, for a connection that breaks: they come from the
// network whenever it answers, from here only when it does not.
"use strict";
const PATIENCE = 10000;
const NOW = "take-now";
const PAGE = /\/take\/\d+$/;
const ASSET = /\/assets\//;
const nameOf = (scope) => `take-pages-${scope}`;

// The scope names the person's invitation; another one's pages are never shown. Matching by name
// makes no cache: what was deleted stays away.
const scopeNow = async () => {
  const kept = await caches.match("/take/", { cacheName: NOW });
  return kept ? kept.text() : null;
};

const enter = async (scope) => {
  if ((await scopeNow()) === scope) return;
  for (const name of await caches.keys()) if (name.startsWith("take-")) await caches.delete(name);
  await (await caches.open(NOW)).put("/take/", new Response(scope));
};

const store = async (request, response) => {
  const scope = await scopeNow();
  if (scope && response.ok && !response.redirected) {
    await (await caches.open(nameOf(scope))).put(request, response.clone());
    // Somebody else may have come while it was written.
    if ((await scopeNow()) !== scope) await caches.delete(nameOf(scope));
  }
  return response;
};

const kept = async (request) => {
  const scope = await scopeNow();
  return scope ? caches.match(request.url, { cacheName: nameOf(scope) }) : undefined;
};

const inTime = (request) => {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  return fetch(request, { signal: abort.signal }).finally(() => clearTimeout(timer));
};

async function page(request) {
  try {
    return await store(request.url, await inTime(request));
  } catch (fault) {
    const found = await kept(request);
    if (found) return found;
    throw fault;
  }
}

const asset = async (request) => (await kept(request)) ?? store(request.url, await fetch(request));

const keep = async (urls) => {
  for (const url of urls) {
    const request = new Request(url, { credentials: "same-origin", redirect: "error" });
    if (await kept(request)) continue;
    try {
      await store(request.url, await fetch(request));
    } catch {
      return; // no network: the next page asks again
    }
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { scope, urls } = event.data ?? {};
  if (scope) event.waitUntil(enter(scope).then(() => keep(urls ?? [])));
});
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { pathname, origin } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(request));
  else if (ASSET.test(pathname)) event.respondWith(asset(request));
});
