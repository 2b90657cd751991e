import { globSync } from 'node:fs'

/** One bundle that is measured. */
export type BundleEntry = {
  readonly name: string
  /** The module that a user would write. */
  readonly code: string
  /** Packages that stay outside the measure, since the rest of the bundle holds them anyway. */
  readonly external: readonly string[]
  /** Largest size, kB (1,000 bytes) after gzip -9; null for a size that is only reported. */
  readonly limit: number | null
}

const SHARED = ['viem', 'zod', '@plimsoll/model', '@plimsoll/client', '@plimsoll/risk']
/** Every bundle leaves the asset registry out: it is data, fetched or embedded by choice. */
export const REGISTRY = 'adapters/src/assets'

const HEALTH_LIMIT = 10
const RISK_LIMIT = 30
const ADAPTER_LIMIT = 8
const WHOLE_LIMIT = 62

/** Three adapters whose hosts answer browsers, and one of each family. */
const WALLET_ADAPTERS = ['lending/aave-v3', 'perps/hyperliquid', 'wallet/tokens']
const ONE_OF_EACH_FAMILY = ['lending/aave-v3', 'perps/hyperliquid', 'options/derive']

const venueOf = (path: string): string =>
  path.replaceAll('\\', '/').split('/').slice(2, 4).join('/')

function everyModule(specifiers: readonly string[]): string {
  return specifiers
    .map((specifier, index) => `export * as m${index} from '${specifier}'`)
    .join('\n')
}

/** What a wallet writes to read some venues. */
function wholeEntry(venues: readonly string[], limit: number): BundleEntry {
  return {
    name: `model and client as a reader uses them, ${venues.join(', ')}, viem's client and http`,
    code: [
      everyModule(venues.map((venue) => `@plimsoll/adapters/${venue}`)),
      "export { createClient, readPortfolio } from '@plimsoll/client'",
      "export { createClient as createViemClient, http } from 'viem'",
    ].join('\n'),
    external: [],
    limit,
  }
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
      limit: HEALTH_LIMIT,
    },
    ...adapters.map((venue) => ({
      name: `${venue}: read and margin, own code`,
      code: everyModule([`@plimsoll/adapters/${venue}`]),
      external: SHARED,
      limit: ADAPTER_LIMIT,
    })),
    wholeEntry(WALLET_ADAPTERS, WHOLE_LIMIT),
    wholeEntry(ONE_OF_EACH_FAMILY, WHOLE_LIMIT),
    {
      name: '@plimsoll/risk, everything of its main entry',
      code: everyModule(['@plimsoll/risk']),
      external: [],
      limit: RISK_LIMIT,
    },
    {
      name: '@plimsoll/risk/score, what assessRisk needs',
      code: "export { assessRisk } from '@plimsoll/risk/score'",
      external: [],
      limit: null,
    },
    ...actions.map((venue) => ({
      name: `${venue}/actions, own code`,
      code: everyModule([`@plimsoll/adapters/${venue}/actions`]),
      external: SHARED,
      limit: null,
    })),
    {
      name: "viem's client and http alone",
      code: "export { createClient, http } from 'viem'",
      external: [],
      limit: null,
    },
  ]
}
