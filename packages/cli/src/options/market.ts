import type { MarketState } from '@plimsoll/model'
import { parseMarketState } from '@plimsoll/model'
import { DEFAULT_MARKET_STATE } from '@plimsoll/risk'
import { UsageError } from '../errors.js'
import { readText } from '../files.js'

/** Options that choose what the score rests on. */
export type MarketOptions = {
  /** A file; false with `--no-market`; absent: the shipped calibration. */
  readonly market?: string | boolean
  readonly seed?: string
}

/** The market state and seed of a report; neither with `--no-market`. */
export async function parseMarket({
  market,
  seed,
}: MarketOptions): Promise<{ readonly market?: MarketState; readonly seed?: number }> {
  if (market === false) return {}
  const state =
    typeof market === 'string'
      ? parseMarketState((await readText(market)).trim())
      : DEFAULT_MARKET_STATE
  return seed === undefined ? { market: state } : { market: state, seed: seedOf(seed) }
}

function seedOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new UsageError(`--seed ${text} is no seed. Give a whole number, for example --seed 1.`)
}
