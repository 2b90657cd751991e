import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Packed } from './pack.js'
import { packageManager, specifiersOf } from './pack.js'
import { run } from './run.js'

/** One version of a tool under the name that the consumer installs it by. */
export type Tool = { readonly alias: string; readonly label: string; readonly version: string }

/** Node majors that the published packages promise, as packages of their own. */
export const NODES: readonly Tool[] = [
  { alias: 'node20', label: 'Node 20', version: '20.20.2' },
  { alias: 'node22', label: 'Node 22', version: '22.23.3' },
  { alias: 'node24', label: 'Node 24', version: '24.21.0' },
]
/** Compilers that must accept the published types. */
export const COMPILERS: readonly Tool[] = [
  { alias: 'typescript59', label: 'TypeScript 5.9', version: '5.9.3' },
  { alias: 'typescript7', label: 'TypeScript 7', version: '7.0.2' },
]

const nodePackage = `node-${process.platform}-${process.arch}`
const byAlias = (name: string, tools: readonly Tool[]): readonly (readonly [string, string])[] =>
  tools.map(({ alias, version }) => [alias, `npm:${name}@${version}`])

const MODULES = {
  nodenext: { module: 'NodeNext' },
  bundler: { module: 'ESNext', moduleResolution: 'Bundler' },
} as const
/** How the consumer's compilers look for modules. */
export const RESOLUTIONS = ['nodenext', 'bundler'] as const

/** The lines of the workspace's own settings that a consumer's install must keep. */
function workspacePolicy(root: string): string {
  const kept =
    /^(minimumReleaseAge|minimumReleaseAgeIgnoreMissingTime|trustPolicy|blockExoticSubdeps|strictPeerDependencies|autoInstallPeers|strictDepBuilds|nodeVersion|pmOnFail):/
  return readFileSync(join(root, 'pnpm-workspace.yaml'), 'utf8')
    .split('\n')
    .filter((line) => kept.test(line))
    .join('\n')
}

/** Lays out a project that uses the packed packages and nothing else of the workspace. */
export function writeConsumer(root: string, folder: string, packed: readonly Packed[]): void {
  mkdirSync(folder, { recursive: true })
  const tarballs = packed.map(
    ({ manifest, tarball }) => [manifest.name, `file:${tarball}`] as const,
  )
  const peers = packed.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}))
  const manifest = {
    name: 'consumer',
    private: true,
    type: 'module',
    dependencies: Object.fromEntries([
      ...peers.filter(([name]) => !name.startsWith('@plimsoll/')),
      ...tarballs,
    ]),
    devDependencies: Object.fromEntries([
      ...byAlias(nodePackage, NODES),
      ...byAlias('typescript', COMPILERS),
    ]),
  }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
  const overrides = tarballs.map(([name, target]) => `  '${name}': ${target}`)
  writeFileSync(
    join(folder, 'pnpm-workspace.yaml'),
    [
      workspacePolicy(root),
      "allowBuilds: { '@foundry-rs/anvil': false }",
      'overrides:',
      ...overrides,
      '',
    ].join('\n'),
  )
  const specifiers = packed.flatMap(specifiersOf)
  writeFileSync(
    join(folder, 'import.js'),
    [
      `const specifiers = ${JSON.stringify(specifiers)}`,
      'for (const specifier of specifiers) await import(specifier)',
      "console.log(process.version + ': ' + specifiers.length + ' imported')",
      '',
    ].join('\n'),
  )
  writeFileSync(
    join(folder, 'types.ts'),
    specifiers.map((specifier, index) => `export * as m${index} from '${specifier}'\n`).join(''),
  )
  const options = {
    target: 'ES2022',
    lib: ['ES2023', 'DOM'],
    strict: true,
    noEmit: true,
    types: [],
  }
  for (const resolution of RESOLUTIONS) {
    const config = {
      compilerOptions: { ...options, ...MODULES[resolution] },
      files: ['types.ts'],
    }
    writeFileSync(join(folder, `tsconfig.${resolution}.json`), JSON.stringify(config, null, 2))
  }
}

/** Installs the consumer's packages; no script of theirs runs. */
export function installConsumer(folder: string): void {
  run(packageManager(), ['install', '--no-frozen-lockfile', '--ignore-scripts'], { cwd: folder })
}
