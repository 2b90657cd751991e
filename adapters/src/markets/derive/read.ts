import type { Answer, MarketContext, MarketGap, MarketRounds } from '@plimsoll/client'
import { ask } from '@plimsoll/client'
import type { VolatilitySurface } from '@plimsoll/model'
import type { FeedsAnswer, SurfacePrint, VenueAnswers } from '../../options/derive/answers.js'
import { venueRequest } from '../../options/derive/answers.js'
import { fresh, printTimeMs } from '../../options/derive/feeds.js'
import { marketParameters } from '../../options/derive/parameters.js'
import { MarketDataInvalidError, MarketDataMissingError } from '../errors.js'
import { NOTHING, orGap } from '../result.js'
import type { ExpirySmile } from '../surfaces.js'
import { dateOf, surfaceFactor, surfaceSymbols } from '../surfaces.js'
import { smileOf } from './smile.js'

/**
 * Reads the surfaces that are asked for of underlyings on which the venue has options, one request an
 * underlying, in one round. An expiry whose curve is stale or none is a gap and leaves the others alone.
 */
export function* readDeriveVolatilities({ query, nowMs }: MarketContext): MarketRounds {
  const symbols = surfaceSymbols(query.factors).filter(
    (symbol) => marketParameters(symbol).option !== null,
  )
  if (symbols.length === 0) return NOTHING
  const answers: readonly Answer<Partial<VenueAnswers>>[] = yield* ask(
    symbols.map((currency) => venueRequest('feeds', { currency })),
  )
  const gaps: MarketGap[] = []
  const surfaces: VolatilitySurface[] = []
  for (const [index, symbol] of symbols.entries()) {
    orGap(gaps, surfaceFactor(symbol), () => {
      surfaces.push(surfaceOf(symbol, feedsIn(answers[index]), nowMs, gaps))
    })
  }
  return { ...NOTHING, surfaces, gaps }
}

/** @throws the error of the request */
function feedsIn(answer: Answer<Partial<VenueAnswers>> | undefined): FeedsAnswer {
  if (answer?.ok === false) throw answer.error
  if (answer?.value.feeds !== undefined) return answer.value.feeds
  throw new MarketDataMissingError('Derive did not answer for its feeds. Read again.')
}

/** @throws MarketDataMissingError when no expiry is left */
function surfaceOf(
  symbol: string,
  { vol_data }: FeedsAnswer,
  nowMs: number,
  gaps: MarketGap[],
): VolatilitySurface {
  const factor = surfaceFactor(symbol)
  const used: { readonly smile: ExpirySmile; readonly print: SurfacePrint }[] = []
  for (const [key, print] of Object.entries(vol_data[symbol] ?? {})) {
    orGap(gaps, `${factor} to ${key}`, () => {
      const expiry = expiryOf(key)
      if (expiry * 1000 <= nowMs) return
      const what = `volatility curve of ${symbol} to ${dateOf(expiry)}`
      used.push({ smile: smileOf(expiry, fresh(print, nowMs, what)), print })
    })
  }
  if (used.length === 0) {
    throw new MarketDataMissingError(
      `Derive's feeds have no volatility of ${symbol}. Read again; until then its surface is unknown.`,
    )
  }
  const newest = Math.max(...used.map(({ print }) => printTimeMs(print)))
  return {
    factor,
    expiries: used.map(({ smile }) => smile).sort((a, b) => a.expiry - b.expiry),
    provenance: {
      source: 'Derive volatility curves (SVI) signed by its oracle',
      // Its clock may be ahead of ours.
      asOfMs: Math.min(newest, nowMs),
      observed: null,
    },
  }
}

/** Unix seconds. @throws MarketDataInvalidError */
function expiryOf(key: string): number {
  if (/^\d{10}$/.test(key)) return Number(key)
  throw new MarketDataInvalidError(
    `Derive names an expiry "${key}", which is no time in seconds. Update the adapter; until then the expiry is left out.`,
  )
}
