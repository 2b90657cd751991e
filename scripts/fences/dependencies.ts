import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isNode, isRelative, packageOf } from './rooms.js'
import { COMPUTED, type Finding, type Source } from './source.js'

type Names = Readonly<Record<string, string>>
type Manifest = {
  readonly name?: string
  readonly private?: boolean
  readonly dependencies?: Names
  readonly peerDependencies?: Names
}

function readManifest(path: string): Manifest {
  return JSON.parse(readFileSync(path, 'utf8'))
}

/** Packages that a dependency asks its users to bring: declared for its sake, never imported. */
function broughtPeers(folder: string, dependencies: readonly string[]): ReadonlySet<string> {
  return new Set(
    dependencies.flatMap((name) => {
      const path = join(folder, 'node_modules', name, 'package.json')
      return existsSync(path) ? Object.keys(readManifest(path).peerDependencies ?? {}) : []
    }),
  )
}

/** A published package declares what its code imports, and nothing else. */
export function checkDependencies(root: string, sources: readonly Source[]): readonly Finding[] {
  const manifests = globSync('{packages/*,adapters}/package.json', { cwd: root }).sort()
  return manifests.flatMap((path) => {
    const manifest = readManifest(join(root, path))
    if (manifest.private === true) return []
    const folder = path.replaceAll('\\', '/').replace(/\/package\.json$/, '')
    const own = sources.filter((source) => !source.isTest && source.path.startsWith(`${folder}/`))
    const declared = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })
    const peers = broughtPeers(join(root, folder), declared)
    const imported = own.flatMap((source) =>
      source.imports
        .filter(
          ({ specifier }) => !isRelative(specifier) && !isNode(specifier) && specifier !== COMPUTED,
        )
        .map(({ specifier, line }) => ({ name: packageOf(specifier), path: source.path, line })),
    )
    const undeclared = imported.filter(
      ({ name }) => !declared.includes(name) && name !== manifest.name,
    )
    const used = new Set(imported.map(({ name }) => name))
    // A binary is found by its package's name, not imported.
    const isNamed = (name: string): boolean =>
      own.some(({ text }) => text.includes(`'${name}'`) || text.includes(`'${name}/`))
    const unused = declared.filter((name) => !used.has(name) && !peers.has(name) && !isNamed(name))
    return [
      ...undeclared.map(({ name, path: file, line }) => ({
        rule: 'dependency',
        path: file,
        line,
        message: `imports ${name}, which ${path} does not declare.`,
      })),
      ...unused.map((name) => ({
        rule: 'dependency',
        path,
        line: 1,
        message: `declares ${name}, which no source imports. Remove it.`,
      })),
    ]
  })
}
