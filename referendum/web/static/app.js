// Comfort for pages that work without it.
import { startCountdowns } from "./countdown.js";
import { focusFirstFault } from "./focus.js";
import { offerKeeping } from "./keeping.js";

function enliven(root) {
  focusFirstFault(root);
  startCountdowns(root);
  offerKeeping(root);
}

enliven(document);
document.addEventListener("htmx:after:swap", (event) => enliven(event.target));
