import type {
  FactorId,
  ImpliedVolatilityStress,
  MarketState,
  PegStress,
  Provenance,
  SpotVolatility,
} from '@plimsoll/model'
import { flooredVolatility } from '../haircut/antiProcyclical.js'
import { SPOT, VOLATILITY } from '../valuation/world.js'
import type { UnifiedParameters } from './parameters.js'

const DAYS_A_YEAR = 365

/** A number of the market state that was used, with its source and age. */
export type UsedInput = {
  readonly factor: FactorId
  /** Whether the state does not list the factor, so that the default of its class was used. */
  readonly isDefault: boolean
  readonly provenance: Provenance
  /** Milliseconds since its newest observation; negative when it is newer than the positions. */
  readonly ageMs: number
}

/** How far a spot factor is moved. */
export type UsedVolatility = UsedInput & {
  /** Annualised: what the state says of the present. */
  readonly raw: number
  /** Annualised: max(raw, ¾ raw + ¼ stressed, floor). */
  readonly adjusted: number
  /** Largest move of the log price, multiplier × adjusted × √(horizon ÷ 365). */
  readonly range: number
}

/** A market state made ready to be asked. */
export type Calibration = {
  readonly volatility: (factor: FactorId) => UsedVolatility
  readonly peg: (factor: FactorId) => { readonly used: UsedInput; readonly stress: PegStress }
  /** Of the underlying of a spot factor, with shocks for the horizon. */
  readonly impliedVolatility: (spot: FactorId) => {
    readonly used: UsedInput
    readonly stress: ImpliedVolatilityStress
  }
  /** Null where nobody measured it. */
  readonly correlation: (a: FactorId, b: FactorId) => number | null
}

/** Looks up what a market state says, or what it assumes of a factor that it does not list. */
export function calibrationOf(
  market: MarketState,
  parameters: UnifiedParameters,
  nowMs: number,
): Calibration {
  const { defaults } = market
  const spots = byFactor(market.volatilities)
  const pegs = byFactor(market.pegs)
  const surfaces = byFactor(market.impliedVolatilities)
  const pairs = new Map(market.correlations.map((row) => [row.factors.join(' '), row.value]))
  const input = (factor: FactorId, isDefault: boolean, provenance: Provenance): UsedInput => ({
    factor,
    isDefault,
    provenance,
    ageMs: nowMs - provenance.asOfMs,
  })
  const root = Math.sqrt(parameters.horizonDays)
  return {
    volatility: (factor) => {
      const listed = spots.get(factor)
      const row: SpotVolatility = listed ?? defaults.spot
      const adjusted = adjustedVolatility(row)
      return {
        ...input(factor, listed === undefined, row.provenance),
        raw: row.volatility,
        adjusted,
        range: (parameters.tailMultiplier * adjusted * root) / Math.sqrt(DAYS_A_YEAR),
      }
    },
    peg: (factor) => {
      const listed = pegs.get(factor)
      const stress = listed ?? defaults.peg
      return { used: input(factor, listed === undefined, stress.provenance), stress }
    },
    impliedVolatility: (spot) => {
      const listed = surfaces.get(`${VOLATILITY}${spot.slice(SPOT.length)}`)
      const row = listed ?? defaults.impliedVolatility
      const used = input(spot, listed === undefined, row.provenance)
      // Shocks are a day's; over more days they grow as a volatility does, and never past 0.
      const grown = Math.max(1, root)
      return {
        used: { ...used, factor: listed?.factor ?? used.factor },
        stress: { ...row, up: row.up * grown, down: Math.min(1, row.down * grown) },
      }
    },
    correlation: (a, b) => (a === b ? 1 : (pairs.get(a < b ? `${a} ${b}` : `${b} ${a}`) ?? null)),
  }
}

/**
 * The volatility that moves are taken from: max(raw, ¾ raw + ¼ stressed, floor), so that the margin
 * follows the market up at each tick, and down only as far as stress and floor allow.
 *
 * Source: Commission Delegated Regulation (EU) 153/2013, article 28(1)(b) and (c).
 *
 * @example
 * adjustedVolatility({ volatility: 0.4, stressed: 1.2, floor: 0.5 }) // 0.6
 *
 * @throws HaircutError when a volatility is negative or not finite.
 */
export function adjustedVolatility({
  volatility,
  stressed,
  floor,
}: Pick<SpotVolatility, 'volatility' | 'stressed' | 'floor'>): number {
  // ¾ raw + ¼ stressed alone would fall below a raw volatility that exceeds the stressed one.
  return flooredVolatility({ raw: volatility, stressed, longRun: floor })
}

function byFactor<Row extends { readonly factor: FactorId }>(
  rows: readonly Row[],
): ReadonlyMap<string, Row> {
  return new Map(rows.map((row) => [row.factor, row]))
}
