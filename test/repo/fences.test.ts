import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkFences } from '../../scripts/fences/index.js'

type Tree = Readonly<Record<string, string | null>>

const manifest = (name: string, ...dependencies: readonly string[]) =>
  JSON.stringify({ name, dependencies: Object.fromEntries(dependencies.map((key) => [key, '1'])) })

const VENUE = 'adapters/src/lending/aave-v3'

/** A small house in which every fence stands. */
const SOUND: Tree = {
  'packages/model/package.json': manifest('@plimsoll/model', 'zod'),
  'packages/model/src/index.ts': [
    "import * as z from 'zod/mini'",
    'export const scale: bigint = 10n ** BigInt(6)',
    'export const derived: string = "derive the lighter one, a compound of both"',
    'export const at = (now: Date): Date => new Date(now)',
    'export const root: number = Math.sqrt(2)',
    'export const schema = z.string()',
    'export type Call = { fetch: () => void; process: string }',
    'export const call = (call: Call): string => call.process',
  ].join('\n'),
  'packages/risk/package.json': manifest('@plimsoll/risk', '@plimsoll/model'),
  'packages/risk/src/index.ts': "export { root } from '@plimsoll/model'",
  'packages/risk/src/speed.test.ts':
    "import { now } from 'node:perf_hooks'\nnow(Date.now(), Math.exp(1))",
  'packages/client/package.json': manifest(
    '@plimsoll/client',
    '@plimsoll/model',
    'viem',
    'graphql-request',
  ),
  'packages/client/src/index.ts': [
    "import { scale } from '@plimsoll/model'",
    "import { call } from 'viem/actions'",
    "import type { GraphQLClient } from 'graphql-request'",
    "export const later = () => import('graphql-request')",
    'export const now: number = Date.now()',
    'export const use = (client: GraphQLClient) => [client, call, scale]',
  ].join('\n'),
  'adapters/package.json': manifest('@plimsoll/adapters', '@plimsoll/client'),
  'adapters/src/index.ts': 'export {}',
  [`${VENUE}/index.ts`]: "export * from './read.js'",
  [`${VENUE}/read.ts`]: "import { now } from '@plimsoll/client'\nexport const read = () => now",
  [`${VENUE}/margin.ts`]: 'export const aave = 1n',
  [`${VENUE}/actions.ts`]: "export * from './margin.js'",
  [`${VENUE}/README.md`]: 'Aave v3',
  [`${VENUE}/margin.test.ts`]: 'export {}',
  'adapters/src/wallet/tokens/index.ts': 'export {}',
  'adapters/src/wallet/tokens/read.ts': 'export {}',
  'adapters/src/wallet/tokens/README.md': 'tokens',
  'adapters/src/wallet/tokens/read.test.ts': 'export {}',
  'packages/cli/package.json': manifest('plimsoll', '@plimsoll/adapters', 'zod'),
  'packages/cli/src/main.ts': [
    "import { readFileSync } from 'node:fs'",
    "import '@plimsoll/adapters/lending/aave-v3'",
    "import * as z from 'zod'",
    'export const main = () => [readFileSync, z, process.argv]',
  ].join('\n'),
}

const roots: string[] = []
afterAll(() => {
  for (const root of roots) rmSync(root, { recursive: true })
})

/** The findings in the sound house after some of its files are replaced, added or (null) removed. */
const check = (changes: Tree = {}) => {
  const root = mkdtempSync(join(tmpdir(), 'plimsoll-fences-'))
  roots.push(root)
  for (const [path, text] of Object.entries({ ...SOUND, ...changes })) {
    if (text === null) continue
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkFences(root).map(({ rule, path, line }) => `${rule} ${path}:${line}`)
}

/** The findings when one line is added to a file of the sound house. */
const checkLine = (path: string, line: string) => check({ [path]: `${SOUND[path] ?? ''}\n${line}` })
const MODEL = 'packages/model/src/index.ts'
const RISK = 'packages/risk/src/index.ts'
const CLIENT = 'packages/client/src/index.ts'
const READ = `${VENUE}/read.ts`
const MARGIN = `${VENUE}/margin.ts`
const CLI = 'packages/cli/src/main.ts'

describe('checkFences', () => {
  it('finds nothing in a sound house', () => {
    expect(check()).toEqual([])
  })

  it.each([
    ['model imports risk', MODEL, "import '@plimsoll/risk'"],
    ['model imports the client for a type', MODEL, "import type { X } from '@plimsoll/client'"],
    ['model imports another package', MODEL, "import 'viem'"],
    ['model imports all of zod', MODEL, "import * as all from 'zod'"],
    ['risk imports zod', RISK, "import * as z from 'zod/mini'"],
    ['risk imports viem', RISK, "import { pad } from 'viem'"],
    ['risk imports the client', RISK, "export { now } from '@plimsoll/client'"],
    ['risk imports an adapter', RISK, "export * from '@plimsoll/adapters/lending/aave-v3'"],
    ['risk reaches into the model', RISK, "import '../../model/src/index.js'"],
    ['client imports risk', CLIENT, "import '@plimsoll/risk'"],
    [
      'client imports adapters on demand',
      CLIENT,
      "export const x = () => import('@plimsoll/adapters')",
    ],
    ['client imports a computed name', CLIENT, 'export const x = (name: string) => import(name)'],
    ['client imports Node', CLIENT, "import 'node:fs'"],
    ['an adapter imports the command line', READ, "import 'plimsoll'"],
    ['an adapter imports the testkit', READ, "import '@plimsoll/testkit'"],
    ['the command line imports an undrawn package', CLI, "import 'lodash'"],
    ['a room that is not drawn', 'packages/extra/src/index.ts', 'export {}'],
  ])('catches a reversed arrow: %s', (_what, path, line) => {
    expect(checkLine(path, line)).toContainEqual(expect.stringMatching(`^arrow ${path}:`))
  })

  it('names the line of a breach', () => {
    expect(check({ [RISK]: "\n\nimport '@plimsoll/client'\n" })).toContain(`arrow ${RISK}:3`)
  })

  it.each([
    ['the clock', MODEL, 'export const now = Date.now()'],
    ['the clock by a new date', RISK, 'export const now = new Date()'],
    ['the clock by a text', RISK, 'export const now = Date()'],
    ['chance', RISK, 'export const x = Math.random()'],
    ['the process', MODEL, 'export const x = process.env.X'],
    ['the network', RISK, "export const x = fetch('https://example.org')"],
    ['a timer', RISK, 'setTimeout(() => 1, 1)'],
    ['a global by its object', RISK, 'export const x = globalThis.fetch'],
    ['the performance clock', MODEL, 'export const x = performance.now()'],
    ['the clock in a margin', MARGIN, 'export const now = Date.now()'],
    ['the network in a read', READ, "export const x = fetch('https://example.org')"],
  ])('catches impurity: %s', (_what, path, line) => {
    expect(checkLine(path, line)).toContainEqual(expect.stringMatching(`^pure ${path}:`))
  })

  it.each([
    [RISK, 'export const x = Math.exp(1)'],
    [RISK, 'export const x = Math.log(1)'],
    [MODEL, 'export const x = (y: number) => y ** 2'],
    [MARGIN, 'export const x = Math.pow(2, 3)'],
  ])('catches mathematics that engines round differently: %s %s', (path, line) => {
    expect(checkLine(path, line)).toContainEqual(expect.stringMatching(`^portable-math ${path}:`))
  })

  it.each([
    [MODEL, '// as Aave does'],
    [RISK, 'export const aaveV3Rule = 1'],
    [RISK, 'export const isAave = true'],
    [RISK, 'export const AAVE_POOL = 1'],
    [CLIENT, "export const id = 'derive:subaccount'"],
    [CLIENT, "export const id = 'lighter'"],
    [MODEL, 'export type Venue = "hyperliquid"'],
    ['packages/rebalance/src/index.ts', 'export const gmx = 1'],
    ['packages/risk/src/hyperliquid.ts', 'export {}'],
  ])("catches a venue's name in a shared room: %s %s", (path, line) => {
    expect(checkLine(path, line)).toContainEqual(expect.stringMatching(`^venue-name ${path}:`))
  })

  it('learns venues from their folders', () => {
    const named = 'export const zebraFinance = 1'
    expect(checkLine(RISK, named)).toEqual([])
    const withVenue = check({
      [RISK]: `${SOUND[RISK]}\n${named}`,
      'adapters/src/perps/zebra-v2/index.ts': 'export {}',
    })
    expect(withVenue).toContain(`venue-name ${RISK}:2`)
  })

  it.each([
    ['{ z } of zod', CLI, "import { z } from 'zod'"],
    ['a default import of zod', CLI, "import z from 'zod'"],
    ['zod/mini in the command line', CLI, "import * as mini from 'zod/mini'"],
    ['{ z } of zod/mini', MODEL, "import { z as zed } from 'zod/mini'"],
    ['an inner path of zod', MODEL, "import 'zod/v4/core'"],
    ['every chain of viem', CLIENT, "import { mainnet } from 'viem/chains'"],
    ['the public client', CLIENT, "import { createPublicClient } from 'viem'"],
    ['graphql-request at once', CLIENT, "import { request } from 'graphql-request'"],
  ])('catches what bloats a bundle: %s', (_what, path, line) => {
    expect(checkLine(path, line)).toContainEqual(expect.stringMatching(`^bundle ${path}:`))
  })

  it('lets a file that is loaded on demand import graphql-request', () => {
    const query = 'packages/client/src/query.ts'
    const lazy = { [query]: "export { request } from 'graphql-request'" }
    expect(check({ ...lazy, [CLIENT]: `${SOUND[CLIENT]}\nimport('./query.js')` })).toEqual([])
    expect(check({ ...lazy, [CLIENT]: `${SOUND[CLIENT]}\nexport * from './query.js'` })).toEqual([
      `bundle ${query}:1`,
    ])
  })

  it.each([
    ['a bare error', "export const fail = () => { throw new Error('x') }", 'bare-error'],
    ['a bare range error', "export const fail = () => new RangeError('x')", 'bare-error'],
    ['a double cast', 'export const x = 1 as unknown as string', 'escape'],
    ['a silenced compiler', '// @ts-ignore', 'escape'],
    ['work left behind', `// ${'TO'}${'DO'}: later`, 'leftover'],
  ])('catches %s', (_what, line, rule) => {
    expect(checkLine(CLIENT, line)).toEqual([
      `${rule} ${CLIENT}:${(SOUND[CLIENT] ?? '').split('\n').length + 1}`,
    ])
  })

  it.each(['index.ts', 'read.ts', 'margin.ts', 'actions.ts', 'README.md', 'margin.test.ts'])(
    'catches a venue without %s',
    (room) => {
      expect(check({ [`${VENUE}/${room}`]: null })).toContain(`venue-rooms ${VENUE}:1`)
    },
  )

  it('asks of a configuration of another venue its index, its page and a test', () => {
    const fork = 'adapters/src/lending/fork'
    const changes = {
      [`${fork}/index.ts`]: "export { read } from '../aave-v3/read.js'",
      [`${fork}/README.md`]: 'a fork',
    }
    expect(check(changes)).toEqual([`venue-rooms ${fork}:1`])
    expect(check({ ...changes, [`${fork}/index.test.ts`]: 'export {}' })).toEqual([])
  })

  it('asks of a margin system without a reader its index, its arithmetic, its page and a test', () => {
    const system = 'adapters/src/options/cleared'
    const changes = {
      [`${system}/index.ts`]: "export { margin } from './margin.js'",
      [`${system}/margin.ts`]: 'export const margin = 1',
      [`${system}/margin.test.ts`]: 'export {}',
    }
    expect(check(changes)).toEqual([`venue-rooms ${system}:1`])
    expect(check({ ...changes, [`${system}/README.md`]: 'no reader' })).toEqual([])
  })

  it('catches a read side that loads its actions', () => {
    expect(checkLine(READ, "export * from './actions.js'")).toContain(`actions-apart ${READ}:3`)
  })

  it('catches a package that is imported but not declared', () => {
    expect(
      check({
        'packages/client/package.json': manifest(
          '@plimsoll/client',
          '@plimsoll/model',
          'graphql-request',
        ),
      }),
    ).toEqual([`dependency ${CLIENT}:2`])
  })

  it('catches a package that is declared but not imported', () => {
    expect(
      check({
        'packages/risk/package.json': manifest('@plimsoll/risk', '@plimsoll/model', 'viem'),
      }),
    ).toEqual(['dependency packages/risk/package.json:1'])
  })

  it('lets a dependency bring its own peer', () => {
    const changes = {
      'packages/client/package.json': manifest(
        '@plimsoll/client',
        '@plimsoll/model',
        'viem',
        'graphql-request',
        'graphql',
      ),
    }
    expect(check(changes)).toEqual(['dependency packages/client/package.json:1'])
    const peer = JSON.stringify({ peerDependencies: { graphql: '16' } })
    expect(
      check({ ...changes, 'packages/client/node_modules/graphql-request/package.json': peer }),
    ).toEqual([])
  })
})
