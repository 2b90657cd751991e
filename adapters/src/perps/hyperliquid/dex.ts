import { UnsupportedVenueStateError } from '@plimsoll/model'
import type { WireDexState, WireMeta } from './answers.js'
import type { Dex } from './legs.js'
import type { TableRow } from './margin.js'
import { marginTiers, markPrice } from './margin.js'

/** Below this id a margin table is one tier whose leverage is the id. */
const FIRST_TABLE = 50

/**
 * The name of a HIP-3 dex, with which its coins begin. The main dex has none, nor has a dex without
 * coins, on which nobody can hold a position.
 */
export function dexName({ universe }: WireMeta): string | undefined {
  const coin = universe[0]?.name ?? ''
  const end = coin.indexOf(':')
  return end > 0 ? coin.slice(0, end) : undefined
}

/**
 * An owner's state on a dex, with the margin table of each position.
 *
 * @throws UnsupportedVenueStateError when the dex does not list a coin, or its tables are no margin tables.
 */
export function dexOf(name: string, meta: WireMeta, state: WireDexState): Dex {
  const tables = new Map<string, readonly TableRow[]>()
  const held = state.assetPositions.map(({ position: wire }) => {
    const rows = tableOf(name, meta, wire.coin)
    if (!rows.some(([, maxLeverage]) => maxLeverage === wire.maxLeverage)) {
      throw unsupported(
        wire.coin,
        `has maximum leverage ${wire.maxLeverage}, which its margin table does not`,
      )
    }
    tables.set(wire.coin, rows)
    return {
      wire,
      position: {
        size: wire.szi,
        price: markPrice(wire.positionValue, wire.szi),
        leverage: wire.leverage.value,
        tiers: marginTiers(rows),
      },
    }
  })
  if (tables.size < held.length) throw unsupported(name, 'holds two positions in one coin')
  return { name, collateralToken: meta.collateralToken, state, held, tables }
}

function tableOf(name: string, meta: WireMeta, coin: string): readonly TableRow[] {
  const entry = meta.universe.find((listed) => listed.name === coin)
  if (entry === undefined) throw unsupported(coin, `is not listed on dex "${name}"`)
  const { marginTableId } = entry
  if (marginTableId < FIRST_TABLE) return [[0n, marginTableId]]
  const table = meta.marginTables.find(([id]) => id === marginTableId)
  if (table === undefined)
    throw unsupported(coin, `uses margin table ${marginTableId}, which is not there`)
  const rows = table[1].marginTiers.map(
    ({ lowerBound, maxLeverage }): TableRow => [lowerBound, maxLeverage],
  )
  const isOrdered = rows.every(([from, leverage], index) => {
    const last = rows[index - 1]
    return last === undefined ? from === 0n : from > last[0] && leverage < last[1]
  })
  if (!isOrdered)
    throw unsupported(coin, `uses margin table ${marginTableId}, whose tiers do not rise`)
  return rows
}

function unsupported(what: string, fact: string): UnsupportedVenueStateError {
  return new UnsupportedVenueStateError(
    `Hyperliquid "${what}" ${fact}. Read the account again; if it stays so, update the adapter.`,
  )
}
