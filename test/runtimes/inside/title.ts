/** The title of one row of `each`, in the forms of vitest that the suite uses: `%s` and its like, `$member`, `%#`. */
export function formatTitle(title: string, row: readonly unknown[], index: number): string {
  let next = 0
  const formatted = title.replace(/%([sdifjoO#%])/g, (placeholder, letter: string) => {
    if (letter === '%') return '%'
    if (letter === '#') return String(index)
    if (next >= row.length) return placeholder
    const value = row[next++]
    return letter === 's' || letter === 'd' || letter === 'i' || letter === 'f' ? text(value) : json(value)
  })
  const members = row[0]
  if (typeof members !== 'object' || members === null) return formatted
  return formatted.replace(/\$([\w.]+)/g, (placeholder, path: string) => {
    const [found, value] = lookUp(members, path)
    return found ? text(value) : placeholder
  })
}

function lookUp(members: object, path: string): [found: boolean, value: unknown] {
  let value: unknown = members
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !(name in value)) return [false, undefined]
    value = (value as Record<string, unknown>)[name]
  }
  return [true, value]
}

function text(value: unknown): string {
  return typeof value === 'object' && value !== null ? json(value) : String(value)
}

function json(value: unknown): string {
  try {
    return JSON.stringify(value) ?? String(value)
  } catch {
    return String(value)
  }
}
