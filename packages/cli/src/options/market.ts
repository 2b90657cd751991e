import type { MarketState } from '@plimsoll/model'
import { parseMarketState } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk/score'
import { UsageError } from '../errors.js'
import { readText } from '../files.js'

/** Options that choose what the score rests on. */
export type MarketOptions = {
  /** A file, or `live`; false with `--no-market`; absent: the shipped calibration. */
  readonly market?: string | boolean
  readonly seed?: string
  /** Sources of a live market; all unless named. */
  readonly source?: readonly string[]
}

/** What the score rests on. */
export type ChosenMarket = {
  /** Null with `--no-market`. */
  readonly market: MarketState | 'live' | null
  /** Null where it is the default. */
  readonly seed: number | null
}

/** The market state and seed of a report. @throws UsageError; FileError and InvalidMarketStateError of a file */
export async function parseMarket({
  market,
  seed,
  source = [],
}: MarketOptions): Promise<ChosenMarket> {
  if (source.length > 0 && market !== 'live') {
    throw new UsageError('--source names where a live market is read. Add --market live.')
  }
  return { market: await stateOf(market), seed: seed === undefined ? null : seedOf(seed) }
}

/** The market state and seed where the market cannot be read. @throws UsageError for a live one */
export async function parseGivenMarket(
  options: MarketOptions,
): Promise<{ readonly market?: MarketState; readonly seed?: number }> {
  const { market, seed } = await parseMarket(options)
  if (market === 'live') {
    throw new UsageError(
      'Only report reads a live market. Make a market state with "plimsoll market --save FILE", and pass it with --market FILE.',
    )
  }
  return { ...(market === null ? {} : { market }), ...(seed === null ? {} : { seed }) }
}

async function stateOf(market: MarketOptions['market']): Promise<ChosenMarket['market']> {
  if (market === false) return null
  if (typeof market !== 'string') return DEFAULT_MARKET_STATE
  return market === 'live' ? 'live' : parseMarketState((await readText(market)).trim())
}

function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(`--seed ${text} is no seed. Give a whole number, for example --seed 1.`)
}
