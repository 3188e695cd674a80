// Another size of text on the page as it is: what was typed and ticked stays, and so does the place.

const YEAR = 365 * 24 * 3600;

export function resizeInPlace() {
  const nav = document.querySelector(".text-sizes");
  nav?.addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    choose(nav, link);
  });
}

function choose(nav, link) {
  const here = nav.querySelector("[aria-current]");
  const size = new URL(link.href).searchParams.get("text");
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `text=${size}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
  for (const name of ["text-large", "text-larger"]) {
    document.documentElement.classList.toggle(name, name === `text-${size}`);
  }
  const former = document.createElement("a");
  former.rel = "nofollow";
  former.href = withSize(link.href, nav.dataset.size);
  former.textContent = here.textContent;
  here.replaceWith(former);
  nav.dataset.size = size;
  const chosen = document.createElement("span");
  chosen.setAttribute("aria-current", "true");
  chosen.tabIndex = -1;
  chosen.textContent = link.textContent;
  link.replaceWith(chosen);
  chosen.focus({ preventScroll: true });
}

function withSize(address, size) {
  const url = new URL(address);
  url.searchParams.set("text", size);
  return url.href;
}
