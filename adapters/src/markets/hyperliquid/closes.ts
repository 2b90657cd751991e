import type { HttpRequest, MarketContext } from '@plimsoll/client'
import type { FactorHistory, FactorId } from '@plimsoll/model'
import { malformed } from './malformed.js'
import type { Candle } from './questions.js'
import { candlesRequest } from './questions.js'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** Intervals whose candles begin at multiples of themselves since 1970; weeks and months do not. */
const INTERVALS: ReadonlyMap<number, string> = new Map([
  [MINUTE_MS, '1m'],
  [3 * MINUTE_MS, '3m'],
  [5 * MINUTE_MS, '5m'],
  [15 * MINUTE_MS, '15m'],
  [30 * MINUTE_MS, '30m'],
  [HOUR_MS, '1h'],
  [2 * HOUR_MS, '2h'],
  [4 * HOUR_MS, '4h'],
  [8 * HOUR_MS, '8h'],
  [12 * HOUR_MS, '12h'],
  [24 * HOUR_MS, '1d'],
])

/** "Only the most recent 5000 candles are available." */
const MOST_CANDLES = 5000

/**
 * Asks for the closes of a coin; null where the venue has no such interval.
 *
 * The history that comes back ends with the last closed interval and has no hole, or it is refused.
 */
export function closesRequest(
  factor: FactorId,
  coin: string,
  { query, nowMs }: Pick<MarketContext, 'query' | 'nowMs'>,
): HttpRequest<FactorHistory> | null {
  const { intervalMs } = query
  const interval = INTERVALS.get(intervalMs)
  if (interval === undefined) return null
  const toMs = Math.floor(nowMs / intervalMs) * intervalMs
  const first = Math.max(Math.ceil(query.fromMs / intervalMs), 0) * intervalMs
  const startTime = Math.max(first, toMs - (MOST_CANDLES - 1) * intervalMs)
  const asked = { coin, interval, startTime, endTime: Math.max(nowMs, startTime) }
  const count = Math.max(0, (toMs - startTime) / intervalMs) + 1
  return candlesRequest(asked, count, (candles) => {
    const closed = candles.filter(({ t }) => t + intervalMs <= toMs)
    checkCandles(candles, { coin, interval, intervalMs, startTime, toMs })
    return historyOf(factor, coin, closed, intervalMs, toMs)
  })
}

/** The candle that is not closed yet may follow the last closed one, and nothing else. */
function checkCandles(
  candles: readonly Candle[],
  asked: {
    readonly coin: string
    readonly interval: string
    readonly intervalMs: number
    readonly startTime: number
    readonly toMs: number
  },
): void {
  const { coin, interval, intervalMs, startTime, toMs } = asked
  for (const [index, { t, T, s, i, c }] of candles.entries()) {
    const at = `candle ${index} of ${coin}`
    if (s !== coin || i !== interval)
      throw malformed(`${at} is of ${s.slice(0, 20)} ${i.slice(0, 5)}`)
    if (t % intervalMs !== 0 || T !== t + intervalMs - 1)
      throw malformed(`${at} is not one interval`)
    if (t < startTime || t > toMs) throw malformed(`${at} begins at ${t}, outside what was asked`)
    const before = candles[index - 1]
    if (before !== undefined && t !== before.t + intervalMs) {
      throw malformed(`${at} does not follow the one before it`)
    }
    if (!(c > 0)) throw malformed(`${at} closes at ${c}`)
  }
  if (!candles.some(({ t }) => t + intervalMs === toMs)) {
    throw malformed(`the candles of ${coin} do not reach ${new Date(toMs).toISOString()}`)
  }
}

function historyOf(
  factor: FactorId,
  coin: string,
  closed: readonly Candle[],
  intervalMs: number,
  toMs: number,
): FactorHistory {
  if (closed.length < 2) throw malformed(`${coin} has ${closed.length} closes, two are needed`)
  const fromMs = toMs - (closed.length - 1) * intervalMs
  return {
    factor,
    intervalMs,
    toMs,
    prices: closed.map(({ c }) => c),
    provenance: {
      source: `Hyperliquid, candles of the ${coin} perp in USDC`,
      asOfMs: toMs,
      observed: { fromMs, toMs },
    },
  }
}
