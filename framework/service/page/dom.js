// Builds and updates elements. What is shown comes from strangers: it only ever becomes text nodes and attribute values, and
// nothing here parses HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

/**
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes] `on…` functions become listeners; null leaves an attribute out
 * @param {...(Node | string)} children
 */
export function h(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** As `h`, for the elements of an SVG. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(svgNamespace, tag), attributes, children);
}

export const byId = (id) => document.getElementById(id);

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else setAttribute(element, name, value);
  }
  element.append(...children);
  return element;
}

// The setters compare first: touching the DOM costs more than asking it.

export function setAttribute(element, name, value) {
  if (value === null || value === undefined) element.removeAttribute(name);
  else if (element.getAttribute(name) !== String(value)) element.setAttribute(name, String(value));
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** An icon and a word in the colour of a tone. */
export function createBadge(className = "badge") {
  const use = svg("use");
  const icon = svg("svg", { class: "icon", "aria-hidden": "true" }, use);
  const word = h("span");
  const node = h("span", { class: className }, icon, word);
  return {
    node,
    update: (tone, text) => {
      setAttribute(node, "data-tone", tone);
      setAttribute(use, "href", `#icon-${tone}`);
      setText(word, text);
    },
  };
}

const viewsOf = new WeakMap();

/**
 * Makes `parent`'s children the views of `items`, in order. Views are kept by key, so focus, scrolling and opened details
 * survive.
 * @param {Element} parent
 * @param {readonly unknown[]} items
 * @param {(item: any) => string | number} keyOf
 * @param {(item: any) => { node: Element, update: (item: any) => void }} create
 */
export function sync(parent, items, keyOf, create) {
  const old = viewsOf.get(parent) ?? new Map();
  const views = new Map();
  for (const item of items) {
    const key = keyOf(item);
    const view = old.get(key) ?? create(item);
    view.update(item);
    views.set(key, view);
    old.delete(key);
  }
  for (const { node } of old.values()) node.remove();
  let next = parent.firstElementChild;
  for (const { node } of views.values()) {
    if (node === next) next = next.nextElementSibling;
    else parent.insertBefore(node, next);
  }
  viewsOf.set(parent, views);
}
