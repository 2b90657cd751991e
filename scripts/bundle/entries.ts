import { globSync } from 'node:fs'

/** One bundle that is measured. */
export type BundleEntry = {
  readonly name: string
  /** The module that a user would write. */
  readonly code: string
  /** Packages that stay outside the measure, since the rest of the bundle holds them anyway. */
  readonly external: readonly string[]
  /** Largest allowed size in kB (1,000 bytes) after gzip -9; null for a size that is only reported. */
  readonly limit: number | null
}

const SHARED = ['viem', 'zod', '@plimsoll/model', '@plimsoll/client', '@plimsoll/risk']
/** Every bundle leaves the asset registry out: it is data, fetched or embedded by choice. */
export const REGISTRY = 'adapters/src/assets'

const HEALTH_LIMIT = 10
const ADAPTER_LIMIT = 8
const WHOLE_LIMIT = 62
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
  const adapters = globSync('adapters/src/*/*/index.ts', { cwd: root }).map(venueOf).sort()
  const actions = globSync('adapters/src/*/*/actions.ts', { cwd: root }).map(venueOf).sort()
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
    {
      name: `model, client, ${WHOLE_ADAPTERS.join(', ')}, viem's client and http`,
      code: `${everyModule([
        '@plimsoll/model',
        '@plimsoll/client',
        ...WHOLE_ADAPTERS.map((venue) => `@plimsoll/adapters/${venue}`),
      ])}\nexport { createClient, http } from 'viem'`,
      external: [],
      limit: WHOLE_LIMIT,
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
