/**
 * The element of an id, which must be there and of this class.
 *
 * @template {Element} E
 * @param {string} id
 * @param {new () => E} type
 * @returns {E}
 */
export function byId(id, type) {
  const found = document.getElementById(id)
  if (!(found instanceof type)) throw new Error(`#${id} is not a ${type.name}`)
  return found
}

/**
 * @param {string} name
 * @param {Readonly<Record<string, string>>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name)
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value)
  made.append(...children)
  return made
}

/**
 * Sets a text only where it differs, so that selections stay and screen readers do not repeat themselves.
 *
 * @param {Element} target
 * @param {string} text
 */
export function setText(target, text) {
  if (target.textContent !== text) target.textContent = text
}

/**
 * Fills a pane, and lets the keyboard reach it when it scrolls.
 *
 * @param {HTMLElement} pane
 * @param {readonly Node[]} content
 */
export function fill(pane, content) {
  pane.replaceChildren(...content)
  if (pane.scrollHeight > pane.clientHeight) pane.tabIndex = 0
  else pane.removeAttribute('tabindex')
}
