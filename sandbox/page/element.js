// Builds DOM nodes: the only way this page turns data into elements.

/** An element with attributes ("onclick"-like names become listeners; null and false are left out). */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") node.addEventListener(name.replace(/^on/, ""), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child || child === ""));
  return node;
}

/** Calls draw(value) only when value differs from what it was called with the last time. */
export function whenChanged(draw) {
  let drawn;
  return (value) => {
    const key = JSON.stringify(value ?? null);
    if (key === drawn) return;
    drawn = key;
    draw(value);
  };
}
