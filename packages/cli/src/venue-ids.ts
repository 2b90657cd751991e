/**
 * Venues by the ids that `--venue`, reports and recordings use, and whether each is read unless
 * `--venue` says otherwise: venues behind HTTP learn who asks.
 */
export const VENUE_IDS: { readonly [Id in VenueId]: { readonly byDefault: boolean } } = {
  'aave-v3': { byDefault: true },
  spark: { byDefault: true },
  wallet: { byDefault: true },
  'compound-v3': { byDefault: true },
  'morpho-blue': { byDefault: false },
  hyperliquid: { byDefault: false },
  derive: { byDefault: false },
  deribit: { byDefault: false },
  paradex: { byDefault: false },
}

/** Id of a venue that the command line knows. */
export type VenueId =
  | 'aave-v3'
  | 'spark'
  | 'wallet'
  | 'compound-v3'
  | 'morpho-blue'
  | 'hyperliquid'
  | 'derive'
  | 'deribit'
  | 'paradex'

/** Whether the command line knows a venue. */
export function isVenue(id: string): id is VenueId {
  return Object.hasOwn(VENUE_IDS, id)
}

/** Ids of all venues. */
export function venueIds(): readonly VenueId[] {
  return Object.keys(VENUE_IDS).filter(isVenue)
}

/** Ids of every venue for people, with a star where it is read only when named. */
export function venueList(): string {
  return venueIds()
    .map((id) => (VENUE_IDS[id].byDefault ? id : `${id}*`))
    .join(', ')
}
