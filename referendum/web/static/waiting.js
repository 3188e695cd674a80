// Says of a part of the page that it is being renewed, to the eye and to a screen reader.
function mark(event, busy) {
  const part = event.detail?.ctx?.target;
  if (!(part instanceof Element)) return;
  if (busy) part.setAttribute("aria-busy", "true");
  else part.removeAttribute("aria-busy");
}

export function sayWhatWaits() {
  document.addEventListener("htmx:before:request", (event) => mark(event, true));
  document.addEventListener("htmx:finally:request", (event) => mark(event, false));
}
