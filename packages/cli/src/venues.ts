import type { Adapter } from '@plimsoll/client'
import { UsageError } from './errors.js'
import type { VenueId } from './venue-ids.js'
import { isVenue, VENUE_IDS, venueIds } from './venue-ids.js'

/** Adapters are loaded when they are asked for. */
const LOADERS: { readonly [Id in VenueId]: () => Promise<Adapter> } = {
  'aave-v3': async () => (await import('@plimsoll/adapters/lending/aave-v3')).aaveV3(),
  spark: async () => (await import('@plimsoll/adapters/lending/spark')).spark(),
  'compound-v3': async () => (await import('@plimsoll/adapters/lending/compound-v3')).compoundV3(),
  'morpho-blue': async () => (await import('@plimsoll/adapters/lending/morpho-blue')).morphoBlue(),
  wallet: async () => (await import('@plimsoll/adapters/wallet/tokens')).walletTokens(),
  hyperliquid: async () => (await import('@plimsoll/adapters/perps/hyperliquid')).hyperliquid(),
  derive: async () => (await import('@plimsoll/adapters/options/derive')).derive(),
  deribit: async () => (await import('@plimsoll/adapters/options/deribit')).deribit(),
  paradex: async () => (await import('@plimsoll/adapters/perps/paradex')).paradex(),
}

/** Adapters of the named venues, or of those that are read by default. @throws UsageError */
export async function loadVenues(names: readonly string[]): Promise<readonly Adapter[]> {
  const ids = names.length > 0 ? [...new Set(names)] : defaultVenues()
  return Promise.all(
    ids.map((id) => {
      if (isVenue(id)) return LOADERS[id]()
      throw new UsageError(
        `--venue "${id.slice(0, 60)}" is not known. Use one of ${venueIds().join(', ')}.`,
      )
    }),
  )
}

function defaultVenues(): readonly VenueId[] {
  return venueIds().filter((id) => VENUE_IDS[id].byDefault)
}
