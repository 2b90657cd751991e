import { join, resolve, sep } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import { sourceAliases } from '../sources.js'
import { REGISTRY } from './entries.js'

/** Sizes of one bundle in bytes after gzip -9. */
export type BundleSize = {
  /** The entry and every chunk that it loads at once. */
  readonly initial: number
  /** Chunks behind an `import()`. */
  readonly lazy: number
}

const gzipped = (content: Uint8Array | string): number => gzipSync(content, { level: 9 }).length

/** Resolves the workspace's packages to their sources, and leaves `external` and the registry out. */
export function workspace(root: string, external: readonly string[]): Plugin {
  const aliases = sourceAliases(root)
  const registry = resolve(root, REGISTRY) + sep
  const isExternal = (path: string): boolean =>
    external.some((name) => path === name || path.startsWith(`${name}/`))
  return {
    name: 'workspace',
    setup: (building) => {
      building.onResolve({ filter: /^[^.]/ }, ({ path }) => {
        if (isExternal(path)) return { path, external: true }
        const alias = aliases.find(({ find }) => find.test(path))
        return alias === undefined ? null : { path: path.replace(alias.find, alias.replacement) }
      })
      building.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
        const isRegistry = resolve(resolveDir, path).startsWith(registry)
        return isRegistry && !`${resolveDir}${sep}`.startsWith(registry)
          ? { path, external: true }
          : null
      })
    },
  }
}

/** Bundles `code` for browsers (esbuild, minified, es2022, split at `import()`) and measures it. */
export async function measureBundle(
  root: string,
  code: string,
  external: readonly string[],
): Promise<BundleSize> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: join(root, 'test'), sourcefile: 'entry.ts', loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    splitting: true,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    outdir: 'bundle',
    absWorkingDir: resolve(root),
    metafile: true,
    logLevel: 'silent',
    plugins: [workspace(resolve(root), external)],
  })
  const size = new Map(
    outputFiles.map(({ path, contents }) => [
      path.slice(resolve(root).length + 1).replaceAll(sep, '/'),
      gzipped(contents),
    ]),
  )
  const initial = new Set<string>()
  const load = (path: string): void => {
    if (initial.has(path)) return
    initial.add(path)
    for (const chunk of metafile.outputs[path]?.imports ?? []) {
      if (chunk.kind === 'import-statement' && chunk.external !== true) load(chunk.path)
    }
  }
  const entries = Object.entries(metafile.outputs)
  for (const [path, { entryPoint }] of entries)
    if (entryPoint?.endsWith('entry.ts') === true) load(path)
  const sum = (isCounted: (path: string) => boolean): number =>
    entries.reduce((total, [path]) => total + (isCounted(path) ? (size.get(path) ?? 0) : 0), 0)
  return { initial: sum((path) => initial.has(path)), lazy: sum((path) => !initial.has(path)) }
}
