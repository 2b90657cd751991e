import type { WireDexState, WireMeta, WirePosition } from './answers.js'
import type { Position, TableRow } from './margin.js'
import { marginTiers, markPrice, signedNotional } from './margin.js'
import { unsupported } from './unsupported.js'

/** A position as the arithmetic takes it, with what the venue says of it. */
export type Held = Position & {
  readonly coin: string
  /** The position's own balance when it is isolated; undefined when it is cross. */
  readonly rawUsd: bigint | undefined
  readonly table: readonly TableRow[]
  /** Unix milliseconds. */
  readonly time: number
  readonly wire: WirePosition
}

/** One dex as an owner stands on it. The main dex has the name "". */
export type Dex = {
  readonly name: string
  readonly collateralToken: number
  readonly state: WireDexState
  readonly cross: readonly Held[]
  readonly isolated: readonly Held[]
}

/** Below this id a margin table is one tier whose leverage is the id. */
const FIRST_TABLE = 50

/**
 * The name of a HIP-3 dex, with which its coins begin. Coins of the main dex have none, nor has a dex
 * without coins, on which nobody can hold a position.
 */
export function dexName(coin = ''): string | undefined {
  return /^([^:]+):/.exec(coin)?.[1]
}

/**
 * An owner's state on a dex, with the margin table of each position.
 *
 * @throws UnsupportedVenueStateError when the dex does not list a coin, or its tables are no margin tables.
 */
export function dexOf(name: string, meta: WireMeta, state: WireDexState): Dex {
  const held = state.assetPositions.map(({ position: wire }): Held => {
    const { coin, szi, leverage, maxLeverage } = wire
    const table = tableOf(meta, coin)
    if (!table.some(([, highest]) => highest === maxLeverage)) {
      throw unsupported(`${coin} has no rising margin table with ${maxLeverage}x`)
    }
    return {
      coin,
      size: szi,
      price: markPrice(wire.positionValue, szi),
      leverage: leverage.value,
      tiers: marginTiers(table),
      rawUsd: leverage.rawUsd,
      table,
      time: state.time,
      wire,
    }
  })
  if (new Set(held.map(({ coin }) => coin)).size < held.length) {
    throw unsupported(`dex "${name}" shows a coin twice`)
  }
  return {
    name,
    collateralToken: meta.collateralToken,
    state,
    cross: held.filter(({ rawUsd }) => rawUsd === undefined),
    isolated: held.filter(({ rawUsd }) => rawUsd !== undefined),
  }
}

/** What an isolated position is worth: its own balance and its notional. */
export function isolatedEquity(held: Held): bigint {
  return (held.rawUsd ?? 0n) + signedNotional(held)
}

/** Rows of a coin's margin table; none where it is not listed, missing, or does not rise. */
function tableOf({ universe, marginTables }: WireMeta, coin: string): readonly TableRow[] {
  const id = universe.find(({ name }) => name === coin)?.marginTableId
  if (id === undefined) return []
  if (id < FIRST_TABLE) return [[0n, id]]
  const tiers = marginTables.find(([tableId]) => tableId === id)?.[1].marginTiers ?? []
  const isOrdered = tiers.every(({ lowerBound, maxLeverage }, index) => {
    const last = tiers[index - 1]
    return last === undefined
      ? lowerBound === 0n
      : lowerBound > last.lowerBound && maxLeverage < last.maxLeverage
  })
  return isOrdered ? tiers.map(({ lowerBound, maxLeverage }) => [lowerBound, maxLeverage]) : []
}
