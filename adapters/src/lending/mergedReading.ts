import type { ReadContext, ReadResult } from '@plimsoll/client'
import type { Asset, MarginAccount, Mark, Native, ReadFailure, SharedKey } from '@plimsoll/model'
import { existenceOf } from '../existence.js'

/** What one market of a venue gave. */
export type MarketReading = {
  /** Carried to the next read; none where the market could not be read. */
  readonly memory?: Native
  readonly accounts: readonly MarginAccount[]
  readonly failures: readonly ReadFailure[]
  readonly parts: readonly {
    readonly key: SharedKey
    readonly shared: Native
    readonly assets: readonly Asset[]
    readonly marks: readonly Mark[]
  }[]
}

/**
 * One result of all markets that a venue has on a chain: each asset once, and whether each owner has
 * accounts, has none, or nobody knows.
 *
 * @param format version of the memories, which goes before them
 */
export function mergedReading(
  adapter: string,
  block: NonNullable<ReadContext['block']>,
  owners: ReadContext['owners'],
  readings: readonly MarketReading[],
  { format, validForMs }: { readonly format: Native; readonly validForMs: number },
): ReadResult {
  const accounts = readings.flatMap((reading) => reading.accounts)
  const failures = readings.flatMap((reading) => reading.failures)
  const parts = readings.flatMap((reading) => reading.parts)
  const assets = parts.flatMap((part) => part.assets)
  const memories: readonly Native[] = readings.flatMap(({ memory }) => memory ?? [])
  return {
    accounts,
    failures,
    assets: [...new Map(assets.map((asset) => [asset.id, asset])).values()],
    marks: parts.flatMap(({ marks }) => marks),
    shared: Object.fromEntries(parts.map(({ key, shared }): [SharedKey, Native] => [key, shared])),
    existence: owners.map(({ id }) =>
      existenceOf(id, adapter, block, { accounts, failures, validForMs }),
    ),
    asOf: [],
    memory: [format, ...memories],
  }
}
