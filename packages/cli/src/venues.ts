import type { Adapter } from '@plimsoll/client'
import { UsageError } from './errors.js'

/** A venue that the command line knows, loaded when it is asked for. */
type Venue = {
  /** Whether it is read unless `--venue` says otherwise. Venues behind HTTP learn who asks. */
  readonly byDefault: boolean
  readonly load: () => Promise<Adapter>
}

/** Venues by the ids that `--venue`, reports and recordings use. */
const VENUES: { readonly [id: string]: Venue } = {
  'aave-v3': {
    byDefault: true,
    load: async () => (await import('@plimsoll/adapters/lending/aave-v3')).aaveV3(),
  },
  spark: {
    byDefault: true,
    load: async () => (await import('@plimsoll/adapters/lending/spark')).spark(),
  },
  wallet: {
    byDefault: true,
    load: async () => (await import('@plimsoll/adapters/wallet/tokens')).walletTokens(),
  },
  hyperliquid: {
    byDefault: false,
    load: async () => (await import('@plimsoll/adapters/perps/hyperliquid')).hyperliquid(),
  },
  derive: {
    byDefault: false,
    load: async () => (await import('@plimsoll/adapters/options/derive')).derive,
  },
}

/** Ids of every venue, with a star where it is read only when named. */
export function venueList(): string {
  return Object.entries(VENUES)
    .map(([id, { byDefault }]) => (byDefault ? id : `${id}*`))
    .join(', ')
}

/** Whether the command line knows a venue. */
export function isVenue(id: string): boolean {
  return Object.hasOwn(VENUES, id)
}

/** Adapters of the named venues, or of those that are read by default. @throws UsageError */
export async function loadVenues(ids: readonly string[]): Promise<readonly Adapter[]> {
  const names = ids.length > 0 ? [...new Set(ids)] : defaultVenues()
  return Promise.all(
    names.map((id) => {
      const venue = isVenue(id) ? VENUES[id] : undefined
      if (venue === undefined) {
        throw new UsageError(
          `--venue "${id.slice(0, 60)}" is not known. Use one of ${Object.keys(VENUES).join(', ')}.`,
        )
      }
      return venue.load()
    }),
  )
}

function defaultVenues(): readonly string[] {
  return Object.entries(VENUES).flatMap(([id, { byDefault }]) => (byDefault ? [id] : []))
}
