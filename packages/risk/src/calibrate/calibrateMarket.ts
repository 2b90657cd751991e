import type {
  FactorCorrelation,
  FactorHistory,
  FactorId,
  FactorVolatility,
  MarketObservations,
  MarketState,
  PegStress,
} from '@plimsoll/model'
import { checkMarketState, MARKET_STATE_FORMAT, marketStateExpired } from '@plimsoll/model'
import { correlationOf } from '../covariance/correlation.js'
import { ewmaVolatility, RISKMETRICS_LAMBDA } from '../covariance/ewmaVolatility.js'
import { ledoitWolf } from '../covariance/ledoitWolf.js'
import { longRunVolatility, stressedVolatility } from '../covariance/stressedVolatility.js'
import { compareText } from '../order.js'
import { DEFAULT_MARKET_STATE } from '../unified/defaultMarketState.js'
import { CalibrationError } from './errors.js'
import { chosenHistories, commonReturns, logReturns } from './histories.js'

const DAY_MS = 86_400_000
const YEAR_MS = 365 * DAY_MS
/** Returns below which a volatility says nothing of a stressed time. */
const LEAST_RETURNS = 90
const STRESS_WINDOW = 90

/** Choices of {@link calibrateMarket}. */
export type CalibrateOptions = {
  /** Unix milliseconds. */
  readonly nowMs: number
  /** What holds for factors that nothing was observed of. Default: the shipped calibration. */
  readonly base?: MarketState
  /** Age of the last close beyond which a history is not used. Default three days. */
  readonly maxAgeMs?: number
  /** How long the state may be used after its oldest last close. Default three days. */
  readonly validForMs?: number
}

/** Something that a reader of a calibration should know. */
export type CalibrationNote = {
  readonly code:
    | 'too-short'
    | 'stale'
    | 'no-history'
    | 'several-sources'
    | 'not-aligned'
    | 'shrinkage'
    | 'peg-broke'
  readonly factors: readonly FactorId[]
  /** Of `shrinkage`, its intensity; else null. */
  readonly value: number | null
  readonly message: string
}

/** A market state estimated from observations, and what was found on the way. */
export type Calibrated = {
  readonly market: MarketState
  readonly notes: readonly CalibrationNote[]
}

/**
 * Estimates a market state from what was observed. Of every spot factor with a history that is long
 * and new enough: EWMA volatility (λ = 0.94, seeded with the mean square), the worst 90 returns in a row
 * as the stressed one, and the whole history as the floor. Correlations: Ledoit-Wolf on common closes.
 * A peg history never becomes a volatility; it can only widen the tabled break. All else stays as in
 * `base`, which is marked as nobody's measurement.
 *
 * @example
 * const { market, notes } = calibrateMarket(observations, { nowMs })
 *
 * @throws CalibrationError when a history holds what is no price, or `base` has expired.
 */
export function calibrateMarket(
  observations: MarketObservations,
  options: CalibrateOptions,
): Calibrated {
  const { nowMs, base = DEFAULT_MARKET_STATE } = options
  const { maxAgeMs = 3 * DAY_MS, validForMs = 3 * DAY_MS } = options
  if (marketStateExpired(base, nowMs)) {
    throw new CalibrationError(
      `The base “${base.source}” expired on ${new Date(base.expiresAtMs).toISOString().slice(0, 10)}. Update the package, or give a newer base.`,
    )
  }
  const notes: CalibrationNote[] = []
  const chosen = chosenHistories(observations.histories)
  noteSources(observations.histories, notes)
  const isUsable = (history: FactorHistory): boolean => {
    const { factor, prices, toMs } = history
    if (prices.length <= LEAST_RETURNS) {
      const message = `${factor} has ${prices.length} closes; ${LEAST_RETURNS + 1} are needed. It stays as in the base.`
      notes.push({ code: 'too-short', factors: [factor], value: null, message })
      return false
    }
    if (nowMs - toMs <= maxAgeMs && toMs <= nowMs) return true
    const message = `The last close of ${factor} is of ${new Date(toMs).toISOString().slice(0, 10)}. It stays as in the base: read a newer history.`
    notes.push({ code: 'stale', factors: [factor], value: null, message })
    return false
  }
  const spots = [...chosen.values()]
    .filter(({ factor }) => factor.startsWith('spot:'))
    .sort((a, b) => compareText(a.factor, b.factor))
    .filter(isUsable)
  const observed = spots.map(volatilityOf)
  const known = new Set(observed.map(({ factor }) => factor))
  const correlations = correlationsOf(spots, notes)
  const measured = new Set(correlations.map(({ factors }) => factors.join(' ')))
  const kept = base.volatilities.filter(({ factor }) => !known.has(factor))
  if (kept.length > 0) {
    const factors = kept.map(({ factor }) => factor)
    const message = `Nothing was observed of ${factors.join(', ')}: they stay as in “${base.source}”.`
    notes.push({ code: 'no-history', factors, value: null, message })
  }
  const asOfMs = Math.max(nowMs, base.asOfMs)
  const newest = spots.map(({ toMs }) => toMs + validForMs)
  const market: MarketState = {
    format: MARKET_STATE_FORMAT,
    source:
      spots.length === 0
        ? base.source
        : `Calibrated from ${spots.length} histories over “${base.source}”`,
    asOfMs,
    expiresAtMs: Math.min(base.expiresAtMs, ...newest),
    volatilities: [
      ...observed,
      ...kept.map((row) => ({ ...row, calibration: 'default' as const })),
    ],
    pegs: base.pegs.map((peg) => widened(peg, chosen.get(peg.factor), notes)),
    impliedVolatilities: base.impliedVolatilities,
    correlations: [
      ...correlations,
      ...base.correlations.filter(({ factors }) => !measured.has(factors.join(' '))),
    ],
    depths: observations.depths,
    histories: [...chosen.values()]
      .filter(({ provenance }) => provenance.asOfMs <= asOfMs)
      .sort((a, b) => compareText(a.factor, b.factor)),
    surfaces: observations.surfaces,
    fundings: observations.fundings,
    defaults: base.defaults,
  }
  return { market: checkMarketState(market), notes }
}

function volatilityOf(history: FactorHistory): FactorVolatility {
  const returns = logReturns(history)
  const yearly = Math.sqrt(YEAR_MS / history.intervalMs)
  const { next } = ewmaVolatility(returns, { lambda: RISKMETRICS_LAMBDA })
  return {
    factor: history.factor,
    calibration: 'observed',
    volatility: yearly * next,
    stressed: yearly * stressedVolatility(returns, STRESS_WINDOW),
    floor: yearly * longRunVolatility(returns),
    provenance: {
      ...history.provenance,
      source: `${history.provenance.source}: EWMA (0.94), worst ${STRESS_WINDOW} in a row, all ${returns.length} returns`,
    },
  }
}

function correlationsOf(
  spots: readonly FactorHistory[],
  notes: CalibrationNote[],
): readonly FactorCorrelation[] {
  if (spots.length < 2) return []
  const factors = spots.map(({ factor }) => factor)
  const common = commonReturns(spots, LEAST_RETURNS)
  if (common === null) {
    const message = `${factors.join(', ')} share no ${LEAST_RETURNS} returns at the same instants: their correlations stay as in the base.`
    notes.push({ code: 'not-aligned', factors, value: null, message })
    return []
  }
  const { covariance, shrinkage } = ledoitWolf(common.observations)
  const { correlation } = correlationOf(covariance)
  notes.push({
    code: 'shrinkage',
    factors,
    value: shrinkage,
    message: `Correlations of ${factors.join(', ')} were shrunk by ${(100 * shrinkage).toFixed(1)} % (Ledoit-Wolf, ${common.observations.rows} common returns).`,
  })
  const source = `Ledoit-Wolf on ${common.observations.rows} common returns`
  const asOfMs = Math.min(...spots.map(({ provenance }) => provenance.asOfMs))
  return factors.flatMap((a, row) =>
    factors.slice(row + 1).map((b, offset) => ({
      factors: [a, b] as const,
      value: correlation[row * factors.length + row + 1 + offset] ?? NaN,
      provenance: {
        source,
        asOfMs: Math.max(asOfMs, common.toMs),
        observed: { fromMs: common.fromMs, toMs: common.toMs },
      },
    })),
  )
}

/** The tabled break of a peg, or what its history broke by where that was more. */
function widened(
  peg: PegStress & { readonly factor: FactorId },
  history: FactorHistory | undefined,
  notes: CalibrationNote[],
): PegStress & { readonly factor: FactorId } {
  if (history === undefined) return peg
  logReturns(history)
  const down = 1 - Math.min(1, ...history.prices)
  const up = Math.max(1, ...history.prices) - 1
  if (down <= peg.down && up <= peg.up) return peg
  notes.push({
    code: 'peg-broke',
    factors: [peg.factor],
    value: null,
    message: `${peg.factor} was ${(100 * down).toFixed(1)} % below and ${(100 * up).toFixed(1)} % above its anchor: its stress is widened to that.`,
  })
  return {
    ...peg,
    down: Math.max(peg.down, down),
    up: Math.max(peg.up, up),
    provenance: history.provenance,
  }
}

function noteSources(histories: readonly FactorHistory[], notes: CalibrationNote[]): void {
  const counts = new Map<FactorId, number>()
  for (const { factor } of histories) counts.set(factor, (counts.get(factor) ?? 0) + 1)
  for (const [factor, count] of [...counts].sort(([a], [b]) => compareText(a, b))) {
    if (count < 2) continue
    const message = `${count} sources have a history of ${factor}: the longest counts, then the newest.`
    notes.push({ code: 'several-sources', factors: [factor], value: null, message })
  }
}
