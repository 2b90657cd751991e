import { globSync } from 'node:fs'

/** One bundle that is measured. */
export type BundleEntry = {
  readonly name: string
  /** The module that a user would write. */
  readonly code: string
  /** Packages that stay outside the measure, since the rest of the bundle holds them anyway. */
  readonly external: readonly string[]
  /** Size to get to, kB (1,000 bytes) after gzip -9; null for a size that is only reported. */
  readonly goal: number | null
  /** Size above which the check fails: the goal, or what is known to exceed it and must not grow. */
  readonly limit: number | null
}

const SHARED = ['viem', 'zod', '@plimsoll/model', '@plimsoll/client', '@plimsoll/risk']
/** Every bundle leaves the asset registry out: it is data, fetched or embedded by choice. */
export const REGISTRY = 'adapters/src/assets'

const HEALTH_GOAL = 10
const ADAPTER_GOAL = 8
const WHOLE_GOAL = 62

/** What exceeds its goal today, kB. Lower an entry when its bundle shrinks; never raise one. */
const KNOWN_EXCESS: { readonly [name: string]: number } = {
  'lending/aave-v3': 13,
  'lending/spark': 12.3,
  'options/derive': 11,
  whole: 80,
}
const WHOLE_ADAPTERS = ['lending/aave-v3', 'perps/hyperliquid', 'options/derive']

const venueOf = (path: string): string =>
  path.replaceAll('\\', '/').split('/').slice(2, 4).join('/')

function everyModule(specifiers: readonly string[]): string {
  return specifiers
    .map((specifier, index) => `export * as m${index} from '${specifier}'`)
    .join('\n')
}

/** What is measured, from the adapters that exist below `root`. */
export function bundleEntries(root: string): readonly BundleEntry[] {
  const venuesWith = (file: string): readonly string[] =>
    globSync(`adapters/src/*/*/${file}`, { cwd: root })
      .filter((path) => !path.startsWith(`${REGISTRY}/`))
      .map(venueOf)
      .sort()
  const adapters = venuesWith('index.ts')
  const actions = venuesWith('actions.ts')
  return [
    {
      name: '@plimsoll/risk/health, everything it needs',
      code: everyModule(['@plimsoll/risk/health']),
      external: [],
      goal: HEALTH_GOAL,
      limit: HEALTH_GOAL,
    },
    ...adapters.map((venue) => ({
      name: `${venue}: read and margin, own code`,
      code: everyModule([`@plimsoll/adapters/${venue}`]),
      external: SHARED,
      goal: ADAPTER_GOAL,
      limit: KNOWN_EXCESS[venue] ?? ADAPTER_GOAL,
    })),
    {
      // What a wallet writes to read three venues.
      name: `model and client as a reader uses them, ${WHOLE_ADAPTERS.join(', ')}, viem's client and http`,
      code: [
        everyModule(WHOLE_ADAPTERS.map((venue) => `@plimsoll/adapters/${venue}`)),
        "export { createClient, readPortfolio } from '@plimsoll/client'",
        "export { createClient as createViemClient, http } from 'viem'",
      ].join('\n'),
      external: [],
      goal: WHOLE_GOAL,
      limit: KNOWN_EXCESS.whole ?? WHOLE_GOAL,
    },
    ...actions.map((venue) => ({
      name: `${venue}/actions, own code`,
      code: everyModule([`@plimsoll/adapters/${venue}/actions`]),
      external: SHARED,
      goal: null,
      limit: null,
    })),
    {
      name: "viem's client and http alone",
      code: "export { createClient, http } from 'viem'",
      external: [],
      goal: null,
      limit: null,
    },
  ]
}
