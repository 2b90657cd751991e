import type { FactorId, MarketState } from '@plimsoll/model'
import { RISKMETRICS_LAMBDA } from '../covariance/ewmaVolatility.js'
import { power } from '../pricing/power.js'
import { UnifiedMarginError } from './errors.js'

const DAY_MS = 86_400_000
const DAYS_A_YEAR = 365
/** A longer interval is a gap in the observations, not a tick. */
const LONGEST_DAYS = 7

/** A move of spot that was seen between two instants. */
export type ObservedReturn = {
  readonly factor: FactorId
  /** ln(price at `toMs` ÷ price at `fromMs`). */
  readonly logReturn: number
  /** Unix milliseconds. */
  readonly fromMs: number
  readonly toMs: number
}

/**
 * The market state after one more tick: the present volatility of each factor that moved follows its
 * return by EWMA, σ′² = w·σ² + (1 − w)·r²·365 ÷ Δ with w = 0.94^Δ and Δ in days (J.P. Morgan/Reuters,
 * RiskMetrics Technical Document, 1996, §5.2, for intervals other than a day). Stressed and floor
 * volatilities, correlations and the expiry stay as they were calibrated, so that margins follow the
 * market up at once and down no further than the floor.
 *
 * @example
 * updateVolatilities(market, [{ factor: 'spot:ETH', logReturn: -0.08, fromMs, toMs }])
 *
 * @throws UnifiedMarginError when a factor is not listed, a return is not finite, or its interval is
 * older than what was already used, empty, longer than 7 days, or ends after the state expires.
 */
export function updateVolatilities(
  market: MarketState,
  returns: readonly ObservedReturn[],
): MarketState {
  let { volatilities, asOfMs } = market
  for (const seen of returns) {
    const before = volatilities.find(({ factor }) => factor === seen.factor)
    if (before === undefined) {
      throw new UnifiedMarginError(
        `The market state does not list ${seen.factor}, whose return was given. Calibrate it first: one return is no volatility.`,
      )
    }
    checkReturn(seen, before.provenance.asOfMs, market.expiresAtMs)
    const { logReturn, fromMs, toMs } = seen
    const days = (toMs - fromMs) / DAY_MS
    const kept = power(RISKMETRICS_LAMBDA, days)
    const variance =
      kept * before.volatility * before.volatility +
      ((1 - kept) * logReturn * logReturn * DAYS_A_YEAR) / days
    const { source, observed } = before.provenance
    const after = {
      ...before,
      volatility: Math.sqrt(variance),
      provenance: {
        source: source.endsWith(FOLLOWED) ? source : `${source}${FOLLOWED}`,
        asOfMs: toMs,
        observed: { fromMs: observed?.fromMs ?? fromMs, toMs },
      },
    }
    volatilities = volatilities.map((row) => (row === before ? after : row))
    asOfMs = Math.max(asOfMs, toMs)
  }
  return { ...market, volatilities, asOfMs }
}

const FOLLOWED = '; then returns as they came'

function checkReturn(
  { factor, logReturn, fromMs, toMs }: ObservedReturn,
  usedMs: number,
  expiresAtMs: number,
): void {
  const days = (toMs - fromMs) / DAY_MS
  if (!Number.isFinite(logReturn)) {
    throw new UnifiedMarginError(
      `The return of ${factor} is ${logReturn}. Give the logarithm of the ratio of two positive prices.`,
    )
  }
  if (!(days > 0 && days <= LONGEST_DAYS)) {
    throw new UnifiedMarginError(
      `The return of ${factor} covers ${days} days. Give returns of more than 0 and at most ${LONGEST_DAYS} days, in order.`,
    )
  }
  if (!(toMs < expiresAtMs)) {
    throw new UnifiedMarginError(
      `The return of ${factor} ends at ${toMs}, but the market state expires at ${expiresAtMs}. Calibrate it anew.`,
    )
  }
  if (fromMs < usedMs) {
    throw new UnifiedMarginError(
      `The return of ${factor} begins at ${fromMs}, before ${usedMs}, up to which returns were used. Give each return once, in order.`,
    )
  }
}
