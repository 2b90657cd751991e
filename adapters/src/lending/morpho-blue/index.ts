import type { Adapter } from '@plimsoll/client'
import { AdapterError, defineAdapter, lazily } from '@plimsoll/client'
import type { Hex } from 'viem'
import { MORPHO_BLUE_DEPLOYMENTS, type MorphoBlueDeployment } from './deployments.js'
import { morphoBlueModule } from './module.js'

export {
  DEPLOYMENTS_SOURCE,
  MORPHO_BLUE_DEPLOYMENTS,
  type MorphoBlueDeployment,
} from './deployments.js'
export { morphoBlueModule } from './module.js'

const reading = lazily('reads Morpho Blue', async () => import('./read.js'))

/** Options of {@link morphoBlue}. */
export type MorphoBlueOptions = {
  /** Deployments to read in place of the known ones: local nodes, forks. */
  readonly deployments?: readonly MorphoBlueDeployment[]
  /** Markets to look at beside those that positions are found in, by id. */
  readonly markets?: readonly Hex[]
  /**
   * How positions are found: by Morpho's GraphQL interface, which learns the addresses, or only in
   * `markets`, where "none" then means none of these. Default: `api`.
   */
  readonly discovery?: 'api' | 'markets'
}

/**
 * Morpho Blue: an account for each position of each owner, one for each market, with its health
 * recomputed to the last unit. No contract lists positions: Morpho's interface is asked for them, and
 * everything else is read on chain at one block.
 *
 * @example
 * const client = createClient({ chains: [{ id: 1, transport: http(url) }], adapters: [morphoBlue()] })
 *
 * @throws AdapterError when a market is no id, or nothing is named to look at
 */
export function morphoBlue({
  deployments = MORPHO_BLUE_DEPLOYMENTS,
  markets = [],
  discovery = 'api',
}: MorphoBlueOptions = {}): Adapter {
  const usesApi = discovery === 'api'
  for (const id of markets) checkId(id)
  if (!usesApi && markets.length === 0) {
    throw new AdapterError(
      'morphoBlue() with discovery "markets" looks only at the markets it is given. Name at least one in `markets`.',
    )
  }
  const lower = <Text extends string>(text: Text): Text => text.toLowerCase() as Text
  const known = deployments.map((deployment) => ({
    ...deployment,
    morpho: lower(deployment.morpho),
    adaptiveCurveIrm:
      deployment.adaptiveCurveIrm === null ? null : lower(deployment.adaptiveCurveIrm),
    dollarPrices: deployment.dollarPrices === null ? null : lower(deployment.dollarPrices),
  }))
  return defineAdapter({
    id: 'morpho-blue',
    name: 'Morpho Blue',
    kind: 'venue',
    family: 'lending',
    chains: [...new Set(known.map(({ chain }) => chain))],
    hosts: usesApi
      ? {
          api: {
            url: 'https://api.morpho.org/graphql',
            // The documented limit of one address.
            budget: { weight: 5000, windowMs: 300_000 },
            browser: 'cors',
          },
        }
      : {},
    // What the interface lists is of today.
    history: usesApi ? 'none' : 'block',
    discovery: usesApi
      ? 'Morpho’s GraphQL interface lists the markets that an owner is in, some blocks late, and is asked every ten minutes; without it known markets are looked at, and the rest is unknown.'
      : 'Only the markets that are named are looked at.',
    fidelity: {
      'AdaptiveCurveIrm, or no interest': { grade: 'exact' },
      'other rate models': { grade: 'modelled' },
    },
    read: async (context) => {
      const { readMorphoBlue } = await reading()
      return readMorphoBlue(context, {
        deployments: known,
        discovery: { usesApi, markets: markets.map(lower) },
      })
    },
    modules: [morphoBlueModule],
  })
}

function checkId(id: string): void {
  if (/^0x[0-9a-fA-F]{64}$/.test(id)) return
  throw new AdapterError(
    `"${id.slice(0, 80)}" is no id of a market. Pass the 32 bytes that Morpho's contract knows it by.`,
  )
}
