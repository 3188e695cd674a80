// Comfort for pages that work without it.
import { startCountdowns } from "./countdown.js";
import { focusFault, leadToFields } from "./focus.js";
import { offerKeeping } from "./keeping.js";
import { resizeInPlace } from "./resizing.js";
import { sayWhatWaits } from "./waiting.js";

function enliven(root) {
  leadToFields(root);
  startCountdowns(root);
  offerKeeping(root);
}

enliven(document);
resizeInPlace();
sayWhatWaits();

// Pages work without it: it only has something to show where there is no connection.
navigator.serviceWorker?.register("/service-worker.js").catch(() => undefined);

// A page's own `autofocus` comes first; this is for browsers that do not heed it.
window.addEventListener("load", () => {
  if (document.activeElement === document.body) focusFault(document);
});

document.addEventListener("htmx:after:swap", (event) => {
  enliven(event.target);
  focusFault(event.target);
});
