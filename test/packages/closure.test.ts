import { existsSync, globSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../../', import.meta.url).pathname

type Names = Readonly<Record<string, string>>
type Manifest = {
  readonly name: string
  readonly version: string
  readonly private?: boolean
  readonly license?: string
  readonly dependencies?: Names
  readonly optionalDependencies?: Names
  readonly peerDependencies?: Names
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly scripts?: Names
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The installed folder of a dependency, as Node finds it from `folder`; null when absent. */
const findPackage = (folder: string, name: string): string | null => {
  const path = join(folder, 'node_modules', name)
  if (existsSync(join(path, 'package.json'))) return realpathSync(path)
  return dirname(folder) === folder ? null : findPackage(dirname(folder), name)
}

const requiredBy = (manifest: Manifest) => [
  ...Object.keys(manifest.dependencies ?? {}),
  ...Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  ),
]

/** Everything from outside that installing these packages brings, by `name@version`. */
const closureOf = (folders: readonly string[]): ReadonlyMap<string, Manifest> => {
  const found = new Map<string, Manifest>()
  const visited = new Set<string>()
  const visit = (folder: string): void => {
    if (visited.has(folder)) return
    visited.add(folder)
    const manifest = readManifest(folder)
    if (folder.includes('/node_modules/'))
      found.set(`${manifest.name}@${manifest.version}`, manifest)
    for (const name of requiredBy(manifest)) {
      const next = findPackage(folder, name)
      if (next === null) throw new Error(`${manifest.name} needs ${name}, which is not installed`)
      visit(next)
    }
    for (const name of Object.keys(manifest.optionalDependencies ?? {})) {
      const next = findPackage(folder, name)
      if (next !== null) visit(next)
    }
  }
  for (const folder of folders) visit(folder)
  return found
}

const published = globSync('{packages/*,adapters}/package.json', { cwd: root })
  .map((path) => join(root, dirname(path)))
  .filter((folder) => readManifest(folder).private !== true)
// Programs and tools run on their own; libraries go into other people's bundles.
const TOOLS = ['plimsoll', '@plimsoll/testkit', '@plimsoll/monitor']
const isTool = (folder: string) => TOOLS.includes(readManifest(folder).name)

describe('what an install of the published libraries brings', () => {
  const libraries = closureOf(published.filter((folder) => !isTool(folder)))

  it('is at most 20 packages', () => {
    expect(libraries.size, [...libraries.keys()].join('\n')).toBeLessThanOrEqual(20)
    expect(libraries.has('viem@2.57.20')).toBe(true)
  })

  it('is licensed MIT throughout', () => {
    const other = [...libraries].filter(([, { license }]) => license !== 'MIT')
    expect(other.map(([name, { license }]) => `${name}: ${license}`)).toEqual([])
  })

  it('holds one version of each package', () => {
    const names = [...libraries.values()].map(({ name }) => name).sort()
    expect(names).toEqual([...new Set(names)])
  })

  it('runs no install script', () => {
    const running = [...libraries].filter(([, { scripts = {} }]) =>
      ['preinstall', 'install', 'postinstall'].some((script) => Object.hasOwn(scripts, script)),
    )
    expect(running.map(([name]) => name)).toEqual([])
  })
})

describe('what an install of the command line and the testkit brings', () => {
  const tools = closureOf(published.filter(isTool))

  it('is permissively licensed', () => {
    const allowed = /^\(?(0BSD|MIT|Apache-2\.0|ISC|BSD-[23]-Clause)( OR (MIT|Apache-2\.0))?\)?$/
    const other = [...tools].filter(([, { license }]) => !allowed.test(license ?? ''))
    expect(other.map(([name, { license }]) => `${name}: ${license}`)).toEqual([])
  })

  it('is at most 40 packages', () => {
    expect(tools.size, [...tools.keys()].join('\n')).toBeLessThanOrEqual(40)
  })
})

describe('the workspace', () => {
  it('licenses every package MIT', () => {
    const all = globSync('{.,packages/*,adapters,examples/*,test}/package.json', { cwd: root })
    const other = all.filter((path) => readManifest(join(root, dirname(path))).license !== 'MIT')
    expect(other).toEqual([])
  })

  it('publishes every package with provenance, its sources, one entry per file and Node 20.19', () => {
    for (const folder of published) {
      expect(readManifest(folder), folder).toMatchObject({
        type: 'module',
        sideEffects: false,
        license: 'MIT',
        engines: { node: '>=20.19' },
        files: expect.arrayContaining(['dist', 'src', '!src/**/*.test.ts']),
        publishConfig: { access: 'public', provenance: true },
      })
    }
  })

  it('runs no install script of any dependency', () => {
    const settings = readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
    expect(settings).toContain('strictDepBuilds: true')
    expect(settings).not.toMatch(/^ {2}\S+: true$/m)
  })
})
