import type { Recording } from '@plimsoll/client'
import { contentHash, createReplayClient, readMarket } from '@plimsoll/client'
import type {
  FactorId,
  MarketFailure,
  MarketObservations,
  MarketState,
  Portfolio,
} from '@plimsoll/model'
import { factorId, MARKET_OBSERVATIONS_FORMAT, PlimsollError } from '@plimsoll/model'
import type { CalibrationNote } from '@plimsoll/risk/calibrate'
import { calibrateMarket } from '@plimsoll/risk/calibrate'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { RunMismatchError } from './errors.js'
import { loadSources } from './market-sources.js'

/** What a score rests on where the market was read for it. */
export type LiveMarket = {
  readonly market: MarketState
  readonly notes: readonly CalibrationNote[]
  /** What could not be read or estimated: there the shipped calibration stands. */
  readonly warnings: readonly string[]
}

/** Factors of a portfolio that a market may quote: prices, pegs, volatilities of options, fundings of perps. */
export function marketFactors({ assets, accounts }: Portfolio): readonly FactorId[] {
  const exposures = new Map(
    assets.map((asset) => [asset.id, asset.exposures.map(({ factor }) => factor)]),
  )
  const quoted = [...exposures.values()].flat().filter((factor) => /^(spot|peg):/.test(factor))
  const derived = accounts.flatMap(({ legs }) =>
    legs.flatMap(({ kind, asset }) => {
      const prefix = kind === 'option' ? 'iv:' : kind === 'perp' ? 'funding:' : null
      if (prefix === null) return []
      return (exposures.get(asset) ?? [])
        .filter((factor) => factor.startsWith('spot:'))
        .map((factor) => factorId(factor.replace('spot:', prefix)))
    }),
  )
  return [...new Set([...quoted, ...derived])].sort()
}

/** Observations of nothing. */
export function noObservations(asOfMs: number): MarketObservations {
  return {
    format: MARKET_OBSERVATIONS_FORMAT,
    asOfMs,
    histories: [],
    depths: [],
    surfaces: [],
    fundings: [],
    failures: [],
  }
}

/** The market state of observations; the shipped calibration where none can be made of them. */
export function liveMarket(observations: MarketObservations, nowMs: number): LiveMarket {
  const failures = observations.failures.map(failureText)
  try {
    return { ...calibrateMarket(observations, { nowMs }), warnings: failures }
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    const warning = `The market was not calibrated: ${error.name}: ${error.shortMessage} The shipped calibration stands.`
    return { market: DEFAULT_MARKET_STATE, notes: [], warnings: [...failures, warning] }
  }
}

/** A failure of a source in one line. */
export function failureText({ adapter, chain, what, error, message }: MarketFailure): string {
  const where = chain === null ? adapter : `${adapter} on chain ${chain}`
  return `${where}${what === null ? '' : `, ${what}`}: ${error}: ${message}`
}

/**
 * Makes the market state of a recorded run again from what its sources answered then; nothing to check
 * where the market was given.
 *
 * @throws RunMismatchError when another state comes of it
 */
export async function checkMarketRead(
  path: string,
  recording: Recording,
  nowMs: number,
  market: MarketState | null,
): Promise<void> {
  const read = recording.reads.find((one) => one.market !== undefined)
  if (read?.market === undefined) return
  const { factors, fromMs, intervalMs } = read.market
  const ids = [...new Set(read.tasks.map(({ adapter }) => adapter))]
  // Lenient: a source whose chain could not be read left no request. What counts is compared below.
  const client = createReplayClient(
    { ...recording, reads: [read] },
    { adapters: ids.length === 0 ? [] : await loadSources(ids, []), strict: false },
  )
  const observations =
    client.markets.length === 0
      ? noObservations(read.nowMs)
      : await readMarket(client, {
          factors,
          intervalMs,
          blockNumbers: read.blockNumbers,
          ...(fromMs === null ? {} : { fromMs }),
        })
  const again = liveMarket(observations, nowMs).market
  if (market !== null && contentHash(again) === contentHash(market)) return
  throw new RunMismatchError(
    `What ${path} recorded of the market gives another market state here than there. Replay it with the version that recorded it, or do not trust the file.`,
  )
}
