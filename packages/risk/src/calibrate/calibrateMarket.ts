import type {
  FactorCorrelation,
  FactorHistory,
  FactorVolatility,
  MarketObservations,
  MarketState,
  SpotVolatility,
} from '@plimsoll/model'
import { checkMarketState, MARKET_STATE_FORMAT, marketStateExpired } from '@plimsoll/model'
import { correlationOf } from '../covariance/correlation.js'
import { ewmaVolatility, RISKMETRICS_LAMBDA } from '../covariance/ewmaVolatility.js'
import { ledoitWolf } from '../covariance/ledoitWolf.js'
import { longRunVolatility, stressedVolatility } from '../covariance/stressedVolatility.js'
import { compareText } from '../order.js'
import { DEFAULT_MARKET_STATE } from '../unified/defaultMarketState.js'
import { CalibrationError } from './errors.js'
import { factorModel } from './factorModel.js'
import { commonReturns, DAY_MS } from './histories.js'
import type { CalibrationNote, Noter } from './notes.js'
import { dateOf } from './notes.js'
import type { Timing, UsableHistory } from './usableRows.js'
import { byLengthThenAge, chosenRows, notFuture, usableHistories } from './usableRows.js'
import { widenedPegs } from './widenedPegs.js'

const DAYS_A_YEAR = 365
/** Daily returns below which a history says nothing. */
const LEAST_RETURNS = 90
/** Daily returns below which a history has not seen enough to say how calm it may get. */
const LONG_RETURNS = DAYS_A_YEAR

/** Choices of {@link calibrateMarket}. */
export type CalibrateOptions = {
  /** Unix milliseconds. */
  readonly nowMs: number
  /** What holds for factors that nothing was observed of. Default: the shipped calibration. */
  readonly base?: MarketState
  /** Age from which a row is not used, and the state expires. Default three days. */
  readonly maxAgeMs?: number
  /** Weight of yesterday's variance in today's. Default 0.94. */
  readonly lambda?: number
  /** Daily returns in the stretch that counts as stressed. Default 90. */
  readonly stressWindow?: number
}

/** A market state estimated from observations, and what was found on the way. */
export type Calibrated = {
  readonly market: MarketState
  readonly notes: readonly CalibrationNote[]
}

/**
 * Estimates a market state from what was observed. Of every spot factor with a history that is long
 * and new enough, on daily closes: EWMA volatility (λ = 0.94, seeded with the mean square), the worst 90
 * returns in a row as the stressed one, and the whole history as the floor. A history of less than a
 * year counts as nobody's measurement still: it can only raise what the base says. Correlations:
 * Ledoit-Wolf on the common days of those that are long and close at the same hour. A peg history never
 * becomes a volatility; it can only widen the tabled break. Of several sources one counts, as `notes`
 * say; what is stale, frozen or dated after now is left out. All else stays as in `base`.
 *
 * @example
 * const { market, notes } = calibrateMarket(observations, { nowMs })
 *
 * @throws CalibrationError when a history holds what is no price, `base` has expired, or an option is
 * out of range.
 */
export function calibrateMarket(
  observations: MarketObservations,
  options: CalibrateOptions,
): Calibrated {
  const { nowMs, base = DEFAULT_MARKET_STATE, maxAgeMs = 3 * DAY_MS } = options
  const { lambda = RISKMETRICS_LAMBDA, stressWindow = 90 } = options
  checkOptions(base, { nowMs, maxAgeMs }, stressWindow)
  const notes: CalibrationNote[] = []
  const note: Noter = (code, factors, message, value) => {
    notes.push({ code, factors, value: value ?? null, message })
  }
  const timing = { nowMs, maxAgeMs }
  const { histories } = observations
  const usable = usableHistories(histories, Math.max(LEAST_RETURNS, stressWindow), timing, note)
  const observed = usable.map((history) =>
    volatilityOf(history, base, { lambda, stressWindow }, note),
  )
  const known = new Set(observed.map(({ factor }) => factor))
  const long = usable.filter(({ returns }) => returns.length >= LONG_RETURNS)
  const correlations = correlationsOf(long, note)
  const measured = new Set(correlations.map(({ factors }) => factors.join(' ')))
  const kept = base.volatilities.filter(({ factor }) => !known.has(factor))
  if (kept.length > 0) {
    const factors = kept.map(({ factor }) => factor)
    note(
      'no-history',
      factors,
      `Nothing that can be used was observed of ${factors.join(', ')}: they stay as in “${base.source}”.`,
    )
  }
  const present = notFuture(histories, timing)
  const rows = {
    volatilities: [
      ...observed,
      ...kept.map((row) => ({ ...row, calibration: 'default' as const })),
    ],
    pegs: widenedPegs(base, present, note),
    impliedVolatilities: base.impliedVolatilities,
    correlations: [
      ...correlations,
      ...base.correlations.filter(({ factors }) => !measured.has(factors.join(' '))),
    ],
    depths: chosenRows(observations.depths, 'depth', timing, note, {
      better: ({ points }) => Math.min(points.length, 1),
    }),
    histories: historiesOf(usable, present),
    surfaces: chosenRows(observations.surfaces, 'surface', timing, note),
    fundings: chosenRows(observations.fundings, 'funding', timing, note, {
      key: ({ factor, venue }) => `${factor} ${venue}`,
    }),
  }
  const instants = Object.values(rows)
    .flat()
    .map(({ provenance }) => provenance.asOfMs)
  const market = checkMarketState({
    format: MARKET_STATE_FORMAT,
    source:
      usable.length === 0
        ? base.source
        : `Calibrated from ${usable.length} histories over “${base.source}”`,
    ...lifeOf(base, usable, instants, timing),
    ...rows,
    defaults: base.defaults,
  })
  noteMoved(market, note)
  return { market, notes }
}

function checkOptions(base: MarketState, { nowMs, maxAgeMs }: Timing, stressWindow: number): void {
  if (marketStateExpired(base, nowMs)) {
    throw new CalibrationError(
      `The base “${base.source}” expired on ${dateOf(base.expiresAtMs)}. Update the package, or give a newer base.`,
    )
  }
  if (!(maxAgeMs > 0) || !(Number.isInteger(stressWindow) && stressWindow > 1)) {
    throw new CalibrationError(
      `A greatest age of ${maxAgeMs} ms and a stressed window of ${stressWindow} returns make no calibration. Give an age above 0 and two returns or more.`,
    )
  }
}

/** From its newest number until its oldest last close is too old. */
function lifeOf(
  base: MarketState,
  usable: readonly UsableHistory[],
  instants: readonly number[],
  { nowMs, maxAgeMs }: Timing,
): Pick<MarketState, 'asOfMs' | 'expiresAtMs'> {
  // Clocks differ: a row may be a moment newer than now.
  const asOfMs = instants.reduce((a, b) => Math.max(a, b), Math.max(nowMs, base.asOfMs))
  const ends = usable.map(({ toMs }) => toMs + maxAgeMs)
  const expiresAtMs = ends.reduce((a, b) => Math.min(a, b), base.expiresAtMs)
  if (asOfMs < expiresAtMs) return { asOfMs, expiresAtMs }
  throw new CalibrationError(
    `A state of ${new Date(asOfMs).toISOString()} would have expired on ${new Date(expiresAtMs).toISOString()}: the base “${base.source}” is newer than the closes, or about to expire. Give a base of their time.`,
  )
}

function volatilityOf(
  { daily, returns }: UsableHistory,
  base: MarketState,
  { lambda, stressWindow }: { readonly lambda: number; readonly stressWindow: number },
  note: Noter,
): FactorVolatility {
  const { factor, provenance } = daily
  const yearly = Math.sqrt(DAYS_A_YEAR)
  const own: SpotVolatility = {
    volatility: yearly * ewmaVolatility(returns, { lambda }).next,
    stressed: yearly * stressedVolatility(returns, stressWindow),
    floor: yearly * longRunVolatility(returns),
    provenance: {
      ...provenance,
      source: `${provenance.source}: EWMA (${lambda}), worst ${stressWindow} in a row, all ${returns.length} daily returns`,
    },
  }
  if (returns.length >= LONG_RETURNS) return { factor, calibration: 'observed', ...own }
  const before = base.volatilities.find((row) => row.factor === factor) ?? base.defaults.spot
  note(
    'short-span',
    [factor],
    `${factor} has ${returns.length} daily returns, less than a year: nothing falls below “${before.provenance.source}”.`,
  )
  return {
    factor,
    calibration: 'default',
    volatility: Math.max(own.volatility, before.volatility),
    stressed: Math.max(own.stressed, before.stressed),
    floor: Math.max(own.floor, before.floor),
    provenance: {
      ...own.provenance,
      source: `${own.provenance.source}; not below ${before.provenance.source}`,
    },
  }
}

/** Of those that close at the hour of most of them, on the days that they share. */
function correlationsOf(
  histories: readonly UsableHistory[],
  note: Noter,
): readonly FactorCorrelation[] {
  const hourOf = ({ daily }: UsableHistory) => daily.toMs % DAY_MS
  const [most = [], ...others] = [...new Set(histories.map(hourOf))]
    .map((hour) => histories.filter((history) => hourOf(history) === hour))
    .sort((a, b) => b.length - a.length)
  const aside = others.flat().map(({ daily }) => daily.factor)
  if (aside.length > 0) {
    note(
      'not-aligned',
      aside,
      `${aside.join(', ')} close at another hour than ${most.map(({ daily }) => daily.factor).join(', ')}: their correlations stay as in the base.`,
    )
  }
  const factors = most.map(({ daily }) => daily.factor)
  const common = commonReturns(
    most.map(({ daily }) => daily),
    LEAST_RETURNS,
  )
  if (most.length < 2 || common === null) return []
  const { observations, fromMs, toMs } = common
  const { covariance, shrinkage } = ledoitWolf(observations)
  const { correlation } = correlationOf(covariance)
  note(
    'shrinkage',
    factors,
    `Correlations of ${factors.join(', ')} were shrunk by ${(100 * shrinkage).toFixed(1)} % (Ledoit-Wolf, ${observations.rows} common returns).`,
    shrinkage,
  )
  const provenance = {
    source: `Ledoit-Wolf on ${observations.rows} common daily returns`,
    asOfMs: toMs,
    observed: { fromMs, toMs },
  }
  return factors.flatMap((a, row) =>
    factors.slice(row + 1).map((b, offset) => ({
      factors: [a, b] as const,
      value: correlation[row * factors.length + row + 1 + offset] ?? NaN,
      provenance,
    })),
  )
}

/** What counted where something did, and else the longest, each for print and for replays of the past. */
function historiesOf(
  usable: readonly UsableHistory[],
  present: readonly FactorHistory[],
): readonly FactorHistory[] {
  const chosen = new Map(usable.map(({ daily }) => [daily.factor, daily]))
  for (const history of [...present].sort(byLengthThenAge)) {
    if (!chosen.has(history.factor)) chosen.set(history.factor, history)
  }
  return [...chosen.values()].sort((a, b) => compareText(a.factor, b.factor))
}

/** Measured and tabled pairs together may be correlations of nothing: the engine moves them then. */
function noteMoved(market: MarketState, note: Noter): void {
  const factors = market.volatilities.map(({ factor }) => factor)
  const { moved } = factorModel(market, factors)
  if (moved === 0) return
  note(
    'moved',
    factors,
    `The correlations of ${factors.join(', ')} are those of no market; the nearest that are lie ${moved.toPrecision(2)} away (Frobenius), and count.`,
    moved,
  )
}
