// Keeps what is the same for everybody (styles, scripts, the mark) and one page that says that there
// is no connection. It answers for nothing else: what is signed, voted or decided is always asked
// of the service itself, and without a connection the browser says so in its own words.
const { kept: KEPT, files: FILES, offline: OFFLINE } = self.SHELF;

// Where people prove who they are, sign, vote or decide: no page of ours stands in there.
const NEVER = new RegExp(
  "^/(?:desk|sign-in|session|former-number|my-signatures|workspace|booth|api|demo)(?:/|$)" +
    "|^/measures/[^/]+/(?:sign|enrol|vote|booth)(?:/|$)",
);

async function stock() {
  const shelf = await caches.open(KEPT);
  await shelf.addAll(FILES);
  // As nobody: what is kept is the page of somebody who is not signed in.
  const page = await fetch(OFFLINE, { credentials: "omit" });
  if (page.ok) await shelf.put(OFFLINE, page);
}

async function clear() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name)));
}

async function still(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (gone) {
    const kept = await caches.match(OFFLINE);
    if (kept) return kept;
    throw gone;
  }
}

self.addEventListener("install", (event) => event.waitUntil(stock().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clear().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin || NEVER.test(pathname)) return;
  if (pathname.startsWith("/static/")) event.respondWith(still(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});
