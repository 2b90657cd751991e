import { globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run } from './run.js'

/** The part of a manifest that the checks read. */
type Manifest = {
  readonly name: string
  readonly private?: boolean
  readonly exports?: Readonly<Record<string, unknown>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** A package as it would be published. */
export type Packed = {
  readonly manifest: Manifest
  /** Where its sources are, relative to the workspace. */
  readonly folder: string
  readonly tarball: string
  /** Files in the tarball, relative to the package. */
  readonly files: readonly string[]
}

/** Folders of the packages that are published. */
export function publishedFolders(root: string): readonly string[] {
  return globSync('{packages/*,adapters}/package.json', { cwd: root })
    .filter((path) => {
      const manifest: Manifest = JSON.parse(readFileSync(join(root, path), 'utf8'))
      return manifest.private !== true
    })
    .map((path) => dirname(path))
    .sort()
}

/** Packs one package into `destination`, with workspace ranges and catalog entries resolved. */
export function pack(root: string, folder: string, destination: string): Packed {
  const output = run(packageManager(), ['pack', '--json', '--pack-destination', destination], {
    cwd: join(root, folder),
  })
  const packed: { filename: string; files: readonly { path: string }[] } = JSON.parse(output)
  const tarball = join(destination, packed.filename.split('/').at(-1) ?? '')
  const manifest: Manifest = JSON.parse(run('tar', ['-xzOf', tarball, 'package/package.json'], {}))
  return { manifest, folder, tarball, files: packed.files.map(({ path }) => path) }
}

/** The pnpm that runs this script, or the one on PATH. */
export function packageManager(): string {
  return process.env.npm_execpath ?? 'pnpm'
}

/** Every specifier that a packed package offers, with patterns expanded from its files. */
export function specifiersOf({ manifest, files }: Packed): readonly string[] {
  const specifiers = Object.entries(manifest.exports ?? {}).flatMap(([key, target]) => {
    const path =
      typeof target === 'string'
        ? target
        : Object.entries(target ?? {}).find(([name]) => name === 'default')?.[1]
    if (typeof path !== 'string' || path.endsWith('.json')) return []
    const [before = '', after] = path.replace(/^\.\//, '').split('*')
    if (after === undefined) return [key.replace(/^\./, manifest.name)]
    return files
      .filter((file) => file.length > before.length + after.length)
      .filter((file) => file.startsWith(before) && file.endsWith(after))
      .map((file) => file.slice(before.length, file.length - after.length))
      .map((part) => key.replace('*', part).replace(/^\./, manifest.name))
  })
  return [...new Set(specifiers)]
}
