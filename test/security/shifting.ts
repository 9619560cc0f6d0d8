/** An object whose members are other ones with each reading. */
export function shifting<Target extends object>(
  values: Record<string, readonly unknown[]>,
  target: object = {},
): Target {
  const reads = new Map<string, number>()
  for (const [name, list] of Object.entries(values)) {
    Object.defineProperty(target, name, {
      enumerable: true,
      get() {
        const count = reads.get(name) ?? 0
        reads.set(name, count + 1)
        return list[Math.min(count, list.length - 1)]
      },
    })
  }
  return target as Target
}

/** An array whose one entry is another one from the second reading on; a proxy, since arrays are read by their places. */
export function shiftingArray<Entry>(first: Entry, later: Entry): Entry[] {
  let reads = 0
  return new Proxy([first], {
    get: (target, name, receiver) => (name === '0' && reads++ > 0 ? later : Reflect.get(target, name, receiver)),
  })
}
