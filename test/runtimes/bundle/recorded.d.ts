declare module 'bundle:files' {
  /** By their paths in the repository. */
  export const recordedFiles: Readonly<Record<string, string>>
}

declare module 'bundle:rsa-keys' {
  /** By the bits of the modulus and the public exponent. */
  export const recordedRsaKeys: Record<string, Record<string, string>[]>
}
