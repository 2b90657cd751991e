import type { AssetKind } from '@plimsoll/model'
import type { ProfileName } from '../profiles.js'

/**
 * Symbol, decimals, profile, letters of the address lists that hold it (see `sources.ts`), what
 * stands behind it on this chain beside its profile, and its kind where that differs.
 */
export type TokenRow = readonly [
  symbol: string,
  decimals: number,
  profile: ProfileName,
  sources: string,
  nodes?: { readonly [node: string]: number },
  kind?: AssetKind,
]

/** Rows of one chain by lower-case token address. */
export type TokenTable = { readonly [address: string]: TokenRow }
