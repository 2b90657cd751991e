import type { Answer, MarketContext, MarketGap, MarketRounds } from '@plimsoll/client'
import { ask } from '@plimsoll/client'
import type { VolatilitySurface } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import type { BookSummary, Timed, VenueAnswer } from '../../options/deribit/answers.js'
import { venueRequest } from '../../options/deribit/answers.js'
import type { Instrument } from '../../options/deribit/instruments.js'
import { parseInstrument } from '../../options/deribit/instruments.js'
import { MarketDataMissingError } from '../errors.js'
import { gapOf, NOTHING, orGap } from '../result.js'
import { dateOf, surfaceFactor, surfaceSymbols } from '../surfaces.js'
import type { MarkedOption } from './smile.js'
import { markedOption, smileOf } from './smile.js'

/** Underlyings with options that settle in the coin itself: these are its market. */
const COIN_SETTLED: ReadonlySet<string> = new Set(['BTC', 'ETH'])
/** Settlement currency of every other option. */
const LINEAR = 'USDC'

const settlementOf = (symbol: string): string => (COIN_SETTLED.has(symbol) ? symbol : LINEAR)

/** Longest answer accepted: a thousand options take half of it. */
const MAX_BYTES = 4 * 1024 * 1024

const booksRequest = (settlement: string) => ({
  ...venueRequest('books', { currency: settlement, kind: 'option' }, null),
  maxBytes: MAX_BYTES,
})

/** All options of one settlement currency, with the instruments that their names stand for. */
type Book = {
  readonly timeMs: number
  readonly listed: readonly { readonly instrument: Instrument; readonly summary: BookSummary }[]
}

/**
 * Reads the surfaces that are asked for, one request a settlement currency, in one round. An
 * underlying of which the venue lists nothing in USDC is not one of its; of those that it must have,
 * a surface that is not there is a gap.
 */
export function* readDeribitVolatilities({ query, nowMs }: MarketContext): MarketRounds {
  const symbols = surfaceSymbols(query.factors)
  if (symbols.length === 0) return NOTHING
  const settlements = [...new Set(symbols.map(settlementOf))].sort()
  const answers: readonly Answer<VenueAnswer>[] = yield* ask(settlements.map(booksRequest))
  const gaps: MarketGap[] = []
  const surfaces: VolatilitySurface[] = []
  for (const [index, settlement] of settlements.entries()) {
    const what = `options that settle in ${settlement}`
    orGap(gaps, what, () => {
      const book = bookOf(booksIn(answers[index]), what, gaps)
      for (const symbol of symbols.filter((each) => settlementOf(each) === settlement)) {
        orGap(gaps, surfaceFactor(symbol), () => {
          const surface = surfaceOf(symbol, settlement, book, nowMs, gaps)
          if (surface !== null) surfaces.push(surface)
        })
      }
    })
  }
  return { ...NOTHING, surfaces, gaps }
}

/** @throws the error of the request */
function booksIn(answer: Answer<VenueAnswer> | undefined): Timed<readonly BookSummary[]> {
  if (answer?.ok === false) throw answer.error
  if (answer?.value.books !== undefined) return answer.value.books
  throw new MarketDataMissingError('Deribit did not answer for its options. Read again.')
}

/** Names that follow no known form are one gap and cost nothing else. */
function bookOf(
  { result, timeMs }: Timed<readonly BookSummary[]>,
  what: string,
  gaps: MarketGap[],
): Book {
  const unknown: PlimsollError[] = []
  const listed = result.flatMap((summary) => {
    try {
      return { instrument: parseInstrument(summary.instrument_name), summary }
    } catch (cause) {
      if (!(cause instanceof PlimsollError)) throw cause
      unknown.push(cause)
      return []
    }
  })
  const [first] = unknown
  if (first !== undefined) gaps.push(gapOf(what, first))
  return { timeMs, listed }
}

/** Null where the venue has no options on the underlying. */
function surfaceOf(
  symbol: string,
  settlement: string,
  { timeMs, listed }: Book,
  nowMs: number,
  gaps: MarketGap[],
): VolatilitySurface | null {
  const own = listed.filter(
    ({ instrument }) =>
      instrument.underlying === symbol &&
      instrument.settlement === settlement &&
      instrument.kind === 'option' &&
      instrument.expiry * 1000 > nowMs,
  )
  if (own.length === 0 && settlement === LINEAR) return null
  const byExpiry = new Map<number, MarkedOption[]>()
  for (const { instrument, summary } of own) {
    const option = markedOption(instrument, summary)
    if (option === null) continue
    byExpiry.set(option.expiry, [...(byExpiry.get(option.expiry) ?? []), option])
  }
  const factor = surfaceFactor(symbol)
  const expiries: VolatilitySurface['expiries'][number][] = []
  for (const [expiry, options] of [...byExpiry].sort(([a], [b]) => a - b)) {
    orGap(gaps, `${factor} to ${dateOf(expiry)}`, () => {
      const smile = smileOf(expiry, options)
      if (smile !== null) expiries.push(smile)
    })
  }
  if (expiries.length === 0) {
    throw new MarketDataMissingError(
      `Deribit marks no option on ${symbol} that settles in ${settlement}. Read again; until then its surface is unknown.`,
    )
  }
  return {
    factor,
    expiries,
    provenance: {
      source: `Deribit mark volatilities of options out of the money that settle in ${settlement}`,
      // Its clock may be ahead of ours.
      asOfMs: Math.min(timeMs, nowMs),
      observed: null,
    },
  }
}
