/** A line on a terminal's stderr that says how far things are; nothing where stderr is a file. */
export function showProgress(): { show: (text: string) => void; clear: () => void } {
  const { stderr } = process
  if (!stderr.isTTY) return { show: () => {}, clear: () => {} }
  const clear = () => void stderr.write('\r\x1b[K')
  return { clear, show: (text) => void stderr.write(`\r\x1b[K${text.slice(0, stderr.columns - 1)}`) }
}
