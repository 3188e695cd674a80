// Puts the focus where a person must look next: the list of what is wrong in a form.

export function focusFault(root) {
  root.querySelector("[data-focus]")?.focus();
}

// From a line of that list to its field, with the field's label in sight.
export function leadToFields(root) {
  root.querySelectorAll("[data-focus] a[href^='#']").forEach((link) => {
    link.addEventListener("click", (event) => {
      const field = document.getElementById(link.hash.slice(1));
      if (!field) return;
      event.preventDefault();
      field.focus({ preventScroll: true });
      field.closest(".field").scrollIntoView({ block: "center" });
    });
  });
}
