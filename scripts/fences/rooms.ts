/** What a room of the house may import, apart from its own files. */
export type Room = {
  readonly folder: string
  readonly name: string
  /** Other rooms, by package name. */
  readonly rooms: readonly string[]
  /** Packages and subpaths from outside; `viem` allows `viem/actions` too, `zod/mini` only itself. */
  readonly packages: readonly string[]
  /** Built-in modules of Node. */
  readonly node: boolean
  readonly published: boolean
}

const READING = ['@plimsoll/model', '@plimsoll/client', '@plimsoll/risk', '@plimsoll/adapters']
const ALL = [
  ...READING,
  '@plimsoll/rebalance',
  '@plimsoll/wagmi',
  '@plimsoll/react',
  '@plimsoll/monitor',
]

/** The arrows of the architecture, one row per room: docs/architecture.md draws the same table. */
export const ROOMS: readonly Room[] = [
  {
    folder: 'packages/model',
    name: '@plimsoll/model',
    rooms: [],
    packages: ['zod/mini'],
    node: false,
    published: true,
  },
  {
    folder: 'packages/risk',
    name: '@plimsoll/risk',
    rooms: ['@plimsoll/model'],
    packages: [],
    node: false,
    published: true,
  },
  {
    folder: 'packages/client',
    name: '@plimsoll/client',
    rooms: ['@plimsoll/model'],
    packages: ['viem', 'zod/mini', 'graphql-request', 'graphql'],
    node: false,
    published: true,
  },
  {
    folder: 'adapters',
    name: '@plimsoll/adapters',
    rooms: ['@plimsoll/model', '@plimsoll/client', '@plimsoll/risk'],
    packages: ['viem', 'zod/mini'],
    node: false,
    published: true,
  },
  {
    folder: 'packages/rebalance',
    name: '@plimsoll/rebalance',
    rooms: ['@plimsoll/model', '@plimsoll/risk'],
    packages: ['viem', 'zod/mini', 'highs'],
    node: false,
    published: true,
  },
  {
    folder: 'packages/wagmi',
    name: '@plimsoll/wagmi',
    rooms: [...READING, '@plimsoll/rebalance'],
    packages: ['viem', 'zod/mini', '@wagmi/core', '@tanstack/query-core'],
    node: false,
    published: true,
  },
  {
    folder: 'packages/react',
    name: '@plimsoll/react',
    rooms: [...READING, '@plimsoll/rebalance', '@plimsoll/wagmi'],
    packages: ['viem', 'wagmi', '@wagmi/core', 'react', '@tanstack/react-query'],
    node: false,
    published: true,
  },
  {
    folder: 'packages/testkit',
    name: '@plimsoll/testkit',
    rooms: ['@plimsoll/model', '@plimsoll/client', '@plimsoll/risk'],
    packages: ['viem', 'zod/mini', '@foundry-rs/anvil', 'solc', 'fast-check', 'vitest'],
    node: true,
    published: true,
  },
  {
    folder: 'packages/monitor',
    name: '@plimsoll/monitor',
    rooms: [...READING, '@plimsoll/rebalance'],
    packages: ['viem', 'zod', 'kysely', 'pg', 'pg-boss', 'better-sqlite3'],
    node: true,
    published: true,
  },
  {
    folder: 'packages/cli',
    name: 'plimsoll',
    rooms: [...ALL, '@plimsoll/testkit'],
    packages: ['viem', 'zod', 'commander', 'cli-table3', 'echarts', 'picocolors'],
    node: true,
    published: true,
  },
  {
    folder: 'examples',
    name: 'examples',
    rooms: [...ALL, '@plimsoll/testkit', 'plimsoll'],
    packages: ['viem', 'zod', '@wagmi/core', '@foundry-rs/anvil'],
    node: true,
    published: false,
  },
]

/** The room that a file stands in; null outside the house. */
export function roomOf(path: string): Room | null {
  return ROOMS.find(({ folder }) => path.startsWith(`${folder}/`)) ?? null
}

/** The package of a specifier: `@scope/name` or `name`, without its subpath. */
export function packageOf(specifier: string): string {
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** Whether a specifier names a package of this workspace. */
export function isRoom(specifier: string): boolean {
  const name = packageOf(specifier)
  return name === 'plimsoll' || name.startsWith('@plimsoll/')
}

/** Whether a specifier names a built-in module of Node. */
export function isNode(specifier: string): boolean {
  return specifier.startsWith('node:')
}

/** Whether a specifier names a file beside the importing one. */
export function isRelative(specifier: string): boolean {
  return specifier.startsWith('.')
}
