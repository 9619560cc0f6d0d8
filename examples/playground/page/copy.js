import { byId, setText } from './dom.js'

/**
 * Makes the copy buttons work: each names by `data-copy` the field or the text that it copies.
 *
 * @param {ParentNode} root
 */
export function enableCopying(root) {
  for (const button of root.querySelectorAll('[data-copy]')) {
    if (!(button instanceof HTMLButtonElement)) continue
    const source = byId(button.dataset.copy ?? '', HTMLElement)
    button.addEventListener('click', () => copy(button, source))
  }
}

/** @param {HTMLButtonElement} button @param {HTMLElement} source */
async function copy(button, source) {
  const text = source instanceof HTMLTextAreaElement ? source.value : (source.textContent ?? '')
  const done = await write(text)
  const what = button.querySelector('.hidden')?.textContent?.trim() ?? ''
  announce(
    text === '' ? 'There is nothing to copy.' : done ? `Copied ${what}.` : 'The browser does not let this page copy.',
  )
  if (!done || text === '') return
  button.dataset.copied = ''
  setTimeout(() => delete button.dataset.copied, 1500)
}

/** @param {string} text */
async function write(text) {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

/** @param {string} text said once more even if it is what was said last */
export function announce(text) {
  const announcer = byId('announcer', HTMLElement)
  announcer.textContent = ''
  requestAnimationFrame(() => setText(announcer, text))
}
