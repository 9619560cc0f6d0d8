import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { build } from 'esbuild'

// What the package holds: `dist` for every runtime, in few files, since each costs a millisecond to load;
// `dist/browser` for pages and workers, without what only node:crypto needs; and the command line.

const common = { bundle: true, format: 'esm', target: 'es2022', sourcemap: true, logLevel: 'warning' }
const entryPoints = ['index', 'sync', 'jws/index', 'gateway/index', 'keys/index', 'profiles/index'].map(
  (name) => `src/${name}.ts`,
)

/** Says of Node's modules, before anything is bundled, that they are not there. What follows from them falls away. */
const withoutNode = {
  name: 'without-node',
  setup({ onLoad }) {
    const absent = {
      'runtime.ts': 'export const NodeBuffer = undefined\nexport const builtin = () => undefined',
      'buffer.ts': 'export const bufferCodec = undefined',
      'backend/node.ts': 'export const nodeBackend = undefined',
      'gateway/tls-client.ts':
        "import { noTls } from './tls-config.ts'\nexport const createTlsFetch = async (block) => { throw noTls(block) }",
      'backend/choice.ts': "import { webBackend } from './web.ts'\nexport const backend = () => webBackend",
    }
    for (const [file, contents] of Object.entries(absent)) {
      onLoad({ filter: new RegExp(`/src/${file}$`) }, ({ path }) => ({ contents, resolveDir: dirname(path) }))
    }
  },
}

/**
 * Builds the entry points with what they share in files of their own. A file is also imported for nothing but the order in
 * which files are evaluated; that does not matter, since none has side effects, and bundlers warn of it.
 */
async function buildEntryPoints(options) {
  const splitting = { entryPoints, splitting: true, chunkNames: 'shared-[hash]', write: false }
  const { outputFiles } = await build({ ...options, ...splitting })
  for (const { path, text } of outputFiles) {
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, path.endsWith('.js') ? text.replace(/^import ".*";$/gm, '') : text)
  }
}

const browser = { ...common, plugins: [withoutNode] }

await Promise.all([
  buildEntryPoints({ ...common, platform: 'neutral', outdir: 'dist' }),
  buildEntryPoints({ ...browser, minifySyntax: true, outdir: 'dist/browser' }),
  // For script tags and CDNs: one file, as a module and as the global `countersign`.
  build({ ...browser, entryPoints: ['src/index.ts'], minify: true, outfile: 'dist/browser/countersign.min.js' }),
  build({
    ...browser,
    entryPoints: ['src/index.ts'],
    format: 'iife',
    globalName: 'countersign',
    minify: true,
    outfile: 'dist/browser/countersign.global.min.js',
  }),
  // The command line, whole: it is started, never imported.
  build({ ...common, entryPoints: ['src/cli/main.ts'], platform: 'node', outfile: 'dist/cli.js' }),
])
