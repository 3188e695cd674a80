// Asks axe-core about a page, and about nothing that it has answered already.
//
// Most of its rules read a page's elements and which of them are seen: they are asked once of a
// document for each of its shapes. Two rules read places and colours as well. They are asked for
// texts and targets that stand as none has stood before: a text in its colour, size and weight over
// all that is painted where it stands, a target with those close to it.

const AXE = "/beside/axe.js";
const PLACED = { text: "color-contrast", target: "target-size" };
const NEAR = 25; // Targets that are further apart than 24 pixels do not concern each other.
const TARGETS = `a[href], area[href], button, input, select, summary, textarea, [contenteditable],
  [role][tabindex]:not([role=alert], [role=group], [role=region], [role=status])`;
const SCROLLS = 13; // axe takes fewer pixels than these for no scrolling at all.
const UNCLEAR = new Set(["bgGradient", "bgImage"]); // What stands behind is part of how it stands.
const UNSEEN = new Set(["hidden", "obscured"]); // Passed because nobody meets it as it is.
const WRITTEN = new Set(["INPUT", "SELECT", "TEXTAREA"]);
const CLEAR = "rgba(0, 0, 0, 0)";
const CLOCK = /(<[^>]*data-countdown-clock[^>]*>)[^<]*/g; // No rule minds the time it shows.
const REPLACED = new Set(["IMG", "CANVAS", "VIDEO", "IFRAME", "OBJECT", "svg"]);

const shapes = new Set();
let markup = "";
let passedOver = new Map();

function placeOf({ left, top, right, bottom }) {
  return [left + scrollX, top + scrollY, right + scrollX, bottom + scrollY];
}

// All elements with what axe reads of their styles, each once.
function looked() {
  return Array.from(document.querySelectorAll("html, body, body *"), (element) => {
    const style = getComputedStyle(element);
    const box = placeOf(element.getBoundingClientRect());
    return { element, style, box, shown: element.checkVisibility() };
  });
}

function shapeOf(html, all) {
  const seen = all.map(({ element, style, box, shown }) => {
    if (!shown) return "";
    const across = element.scrollWidth - element.clientWidth > SCROLLS;
    const down = element.scrollHeight - element.clientHeight > SCROLLS;
    const scrolls = style.overflow === "visible" ? "" : `${style.overflow}${across}${down}`;
    const off = box[2] <= 0 || box[3] <= 0;
    const empty = box[2] - box[0] <= 1 || box[3] - box[1] <= 1;
    return [style.display, style.visibility, style.opacity, style.position, style.clip,
      style.clipPath, style.color, style.backgroundColor, style.backgroundImage !== "none",
      style.fontWeight, style.textDecorationLine, style.textDecorationStyle, style.borderBottomStyle,
      scrolls, off, empty, element.value, element.checked].join();
  });
  // Whether a table without any of these holds data is guessed from its width.
  const guessed = document.querySelector("table:not(:has(caption, th, thead))") ? innerWidth : "";
  return [html, guessed, ...seen].join("\n");
}

function has(box, [x, y]) {
  return box[0] <= x && x <= box[2] && box[1] <= y && y <= box[3];
}

function middleOf([left, top, right, bottom]) {
  return [(left + right) / 2, (top + bottom) / 2];
}

function middlesOf({ element, box }) {
  if (WRITTEN.has(element.tagName)) return [middleOf(box)];
  const range = document.createRange();
  const middles = [];
  for (const node of element.childNodes) {
    if (node.nodeType !== Node.TEXT_NODE || !node.data.trim()) continue;
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) middles.push(middleOf(placeOf(line)));
  }
  return middles;
}

// Large text may be paler; nothing else depends on its size.
function isLarge({ fontSize, fontWeight }) {
  const points = Math.ceil(72 * parseFloat(fontSize)) / 96;
  return points >= (fontWeight >= 700 ? 14 : 18);
}

// What is painted on the page, where, as [element, boxes, paint]; without boxes it is everywhere.
function paintedOf(all) {
  const painted = [];
  for (const { element, style, shown } of all) {
    const fills = style.backgroundColor !== CLEAR || style.backgroundImage !== "none";
    const fades = style.opacity !== "1";
    if (!shown || !(fills || fades || REPLACED.has(element.tagName))) continue;
    const whole = element === document.documentElement || element === document.body;
    const boxes = whole ? null : Array.from(element.getClientRects(), placeOf);
    const paint = [element.tagName, style.backgroundColor, style.backgroundImage, style.opacity,
      style.position, style.zIndex, style.mixBlendMode].join();
    painted.push({ element, boxes, paint, fades });
  }
  return painted;
}

// Each text that is seen, as [element, how it stands, "text", whether it is cut away].
function textsOf(all) {
  const painted = paintedOf(all);
  const groundOf = (element, middle) => {
    const ground = [];
    for (const { element: one, boxes, paint, fades } of painted) {
      const beneath = !boxes || boxes.some((box) => has(box, middle));
      if (!beneath && !fades) continue;
      const around = one.contains(element);
      if (beneath || around) ground.push(`${paint},${around}`);
    }
    return ground.join(";");
  };
  const texts = [];
  for (const each of all.filter(({ shown }) => shown)) {
    const middles = middlesOf(each);
    if (!middles.length) continue;
    const { element, style, box } = each;
    const grounds = new Set(middles.map((middle) => groundOf(element, middle)));
    const tiny = box[2] - box[0] <= 1 || box[3] - box[1] <= 1;
    const cut = box[2] <= 0 || box[3] <= 0 || (tiny && style.overflow !== "visible");
    const how = ["text", cut, style.color, isLarge(style), style.textShadow,
      style.webkitTextStroke, style.textIndent, ...[...grounds].sort()].join("|");
    texts.push([element, how, "text", cut]);
  }
  return texts;
}

// Each target that is small or covered and has others close to it, as [element, how it stands].
function targetsOf(all) {
  const targets = all.filter(({ element, shown }) => shown && element.matches(TARGETS));
  const close = [];
  for (const { element, style, box } of targets) {
    const [left, top, right, bottom] = box;
    const beside = targets.filter(({ element: other, box: its }) => other !== element
      && its[0] < right + NEAR && its[2] > left - NEAR
      && its[1] < bottom + NEAR && its[3] > top - NEAR);
    const covered = beside.some(({ box: its }) => its[0] < right && its[2] > left
      && its[1] < bottom && its[3] > top);
    const small = right - left < 24 || bottom - top < 24;
    if (!beside.length || !(small || covered)) continue;
    const places = [{ element, style, box }, ...beside].map((one) =>
      [one.element.tagName, one.element.tabIndex, one.element.matches(":disabled"),
        one.style.pointerEvents, one.element.contains(element), element.contains(one.element),
        ...[one.box[0] - left, one.box[1] - top, one.box[2] - left, one.box[3] - top]
          .map((far) => far.toFixed(1))].join());
    const how = ["target", ...places].join("|");
    close.push([element, how, "target", false]);
  }
  return close;
}

function answers(results, rule) {
  return results.filter(({ id }) => id === rule).flatMap(({ nodes }) => nodes);
}

function saysOf(node) {
  return node.any.map(({ data }) => data?.messageKey);
}

// Elements of which axe has said that this rule finds nothing wrong in how they stand.
function settled({ passes, incomplete }, rule) {
  const sound = answers(passes, rule).filter((node) =>
    !saysOf(node).some((said) => UNSEEN.has(said)));
  const unclear = answers(incomplete, rule).filter((node) =>
    saysOf(node).some((said) => UNCLEAR.has(said)));
  return new Set([...sound, ...unclear].map(({ element }) => element));
}

// Asks the placed rules about elements that stand as none has stood; gives faults and what is sound.
async function place(asked, fresh) {
  const results = await axe.run(
    { include: fresh.map(([element]) => element) },
    { ...asked, runOnly: Object.values(PLACED), elementRef: true,
      resultTypes: ["violations", "passes", "incomplete"] },
  );
  const sound = Object.fromEntries(
    Object.entries(PLACED).map(([kind, rule]) => [kind, settled(results, rule)]),
  );
  const nodes = results.violations.flatMap((fault) => fault.nodes);
  const wrong = new Set(nodes.map(({ element }) => element));
  for (const node of nodes) delete node.element;
  const passed = [];
  for (const [element, how, kind, cut] of fresh.filter(([element]) => !wrong.has(element))) {
    if (cut || sound[kind].has(element)) passed.push(how);
    else passedOver.set(element, (passedOver.get(element) ?? new Set()).add(how));
  }
  return [results.violations, passed];
}

// How wide the page is beyond its window, what is wrong, and what has passed for the first time.
export async function judge(asked, passed) {
  const wide = document.documentElement.scrollWidth - innerWidth;
  const html = document.documentElement.outerHTML.replace(CLOCK, "$1");
  if (html !== markup) [markup, passedOver] = [html, new Map()];
  const all = looked();
  const shape = shapeOf(html, all);
  const known = new Set(passed);
  const fresh = [...textsOf(all), ...targetsOf(all)].filter(([element, how]) =>
    !known.has(how) && !passedOver.get(element)?.has(how));
  const faults = [];
  let news = [];
  if (typeof axe === "undefined") await import(AXE);
  if (!shapes.has(shape)) {
    const rules = Object.values(PLACED).map((rule) => [rule, { enabled: false }]);
    faults.push(...(await axe.run({ ...asked, rules: Object.fromEntries(rules) })).violations);
    if (!faults.length) shapes.add(shape);
  }
  if (fresh.length) {
    const [misplaced, sound] = await place(asked, fresh);
    faults.push(...misplaced);
    news = sound;
  }
  return [wide, faults, [...new Set(news)]];
}
