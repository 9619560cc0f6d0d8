/** While the prototype of all objects has these members. */
export async function polluted<Result>(pollution: object, run: () => Promise<Result>): Promise<Result> {
  Object.assign(Object.prototype, pollution)
  try {
    return await run()
  } finally {
    for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name)
  }
}
