/** A test uses a module of Node that the runtime does not have. The runner sets such a test apart. */
export class AbsentModule extends Error {
  override readonly name = 'AbsentModule'
}

/** What stands for such a module: loaded without complaint, and told of when used. */
export function absent(module: string): object {
  const use = () => {
    throw new AbsentModule(`needs ${module}`)
  }
  const names = new Proxy(
    {},
    { get: (_, name) => (name === '__esModule' || typeof name === 'symbol' ? undefined : use) },
  )
  // esbuild copies the names that a CommonJS module has, and keeps its prototype.
  return Object.create(names)
}
