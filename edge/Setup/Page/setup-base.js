// What all parts of the page use.
export const $ = id => document.getElementById(id);

/** An element with text and attributes; text from the hub is never read as markup. */
export function el(name, text, attributes = {}) {
  const e = name === "rect" || name === "svg" ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  if (text) e.textContent = text;
  for (const [key, value] of Object.entries(attributes)) e.setAttribute(key, value);
  return e;
}

/** Asks the hub; null if it does not answer. A code that is no longer good leads back to the door. */
export async function ask(path, options = {}) {
  try {
    const response = await fetch(path, options);
    if (response.status === 401) location.reload();
    lost(false);
    return response;
  } catch {
    lost(true);
    return null;
  }
}

let silent = 0;
function lost(yes) {
  silent = yes ? silent + 1 : 0;
  $("link-lost").hidden = silent < 2;
}
