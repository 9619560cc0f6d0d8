import { byId, setText } from './dom.js'

/** Lets the button choose between light and dark; until it is pressed the system does. */
export function enableTheme() {
  const button = byId('theme', HTMLButtonElement)
  const system = matchMedia('(prefers-color-scheme: dark)')
  const { dataset } = document.documentElement
  const isDark = () => (dataset.theme === undefined ? system.matches : dataset.theme === 'dark')
  const show = () => setText(button, isDark() ? 'Light' : 'Dark')
  button.addEventListener('click', () => {
    dataset.theme = isDark() ? 'light' : 'dark'
    show()
  })
  system.addEventListener('change', show)
  show()
}
