import type { Answer, MarketContext, MarketGap, MarketRounds, Request } from '@plimsoll/client'
import { ask, MarketQueryError } from '@plimsoll/client'
import type { FactorDepth, FactorHistory, FactorId, FundingRate } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import { closesRequest } from './closes.js'
import { depthOf } from './depth.js'
import { malformed } from './malformed.js'
import type { Context, Listing } from './questions.js'
import { bookRequest, listingRequest } from './questions.js'

const HOURS_A_YEAR = 24 * 365
/** "Funding rates are capped at 4 %/hour." */
const MOST_FUNDING = 0.04
/** Digits of the coarse book: twenty levels of 0.1 to 1 % each. */
const COARSE_DIGITS = 3

/** A part of the rounds. */
type Asking<Value> = Generator<readonly Request[], Value, readonly Answer[]>

/** A factor and the coin that quotes it. */
type Quoted = { readonly factor: FactorId; readonly coin: string; readonly context: Context }

/** Reads which coins are listed, then closes and books of those that were asked for. */
export function* read(context: MarketContext): MarketRounds {
  const [listing] = yield* ask([listingRequest])
  if (!listing.ok) throw listing.error
  const listed = listedCoins(listing.value)
  const quoted = (kind: 'spot' | 'funding'): readonly Quoted[] =>
    context.query.factors.flatMap((factor) => {
      const coin = factor.startsWith(`${kind}:`) ? factor.slice(kind.length + 1) : ''
      const found = listed.get(coin)
      return found === undefined ? [] : [{ factor, coin, context: found }]
    })
  const gaps: MarketGap[] = []
  const fundings = quoted('funding').flatMap((one) =>
    kept(one.factor, gaps, () => fundingOf(one, context.nowMs)),
  )
  const spots = quoted('spot')
  const histories = yield* readHistories(spots, context, gaps)
  const depths = yield* readDepths(spots, context.nowMs, gaps)
  return { histories, depths, surfaces: [], fundings, gaps }
}

/** Coins that are traded, with what is said of each. */
function listedCoins([{ universe }, contexts]: Listing): ReadonlyMap<string, Context> {
  if (universe.length !== contexts.length) {
    throw malformed(`${universe.length} coins are listed and ${contexts.length} described`)
  }
  return new Map(
    universe.flatMap(({ name, isDelisted }, index) => {
      const context = contexts[index]
      return context === undefined || isDelisted === true ? [] : [[name, context] as const]
    }),
  )
}

function fundingOf({ factor, coin, context }: Quoted, nowMs: number): FundingRate {
  const { funding } = context
  if (!(Math.abs(funding) <= MOST_FUNDING)) {
    throw malformed(`the funding of ${coin} is ${funding} an hour, beyond what the venue allows`)
  }
  return {
    factor,
    venue: 'hyperliquid',
    rate: funding * HOURS_A_YEAR,
    provenance: {
      source: `Hyperliquid, funding of the ${coin} perp for this hour × ${HOURS_A_YEAR}`,
      asOfMs: nowMs,
      observed: null,
    },
  }
}

function* readHistories(
  spots: readonly Quoted[],
  context: MarketContext,
  gaps: MarketGap[],
): Asking<readonly FactorHistory[]> {
  const asked = spots.flatMap(({ factor, coin }) => {
    const request = closesRequest(factor, coin, context)
    return request === null ? [] : [{ factor, request }]
  })
  if (asked.length < spots.length) {
    const { intervalMs } = context.query
    const error = new MarketQueryError(
      `Hyperliquid has no candles of ${intervalMs} ms. Ask for 1, 3, 5, 15 or 30 minutes, 1, 2, 4, 8 or 12 hours, or a day.`,
    )
    gaps.push(gapOf('closes', error))
  }
  if (asked.length === 0) return []
  const answers = yield* ask(asked.map(({ request }) => request))
  return asked.flatMap(({ factor }, index) =>
    kept(`closes of ${factor}`, gaps, () => answered(answers[index])),
  )
}

function* readDepths(
  spots: readonly Quoted[],
  nowMs: number,
  gaps: MarketGap[],
): Asking<readonly FactorDepth[]> {
  if (spots.length === 0) return []
  const fine = spots.map(({ coin }) => bookRequest(coin, null))
  const coarse = spots.map(({ coin }) => bookRequest(coin, COARSE_DIGITS))
  const answers = yield* ask([...fine, ...coarse])
  return spots.flatMap(({ factor, coin, context: { dayNtlVlm } }, index) =>
    kept(`depth of ${factor}`, gaps, () => {
      const books = {
        fine: answered(answers[index]),
        coarse: answered(answers[index + spots.length]),
      }
      return depthOf(factor, coin, books, { nowMs, dayNtlVlm })
    }),
  )
}

function answered<Value>(answer: Answer<Value> | undefined): Value {
  if (answer?.ok === true) return answer.value
  throw answer?.error ?? malformed('a question was not answered')
}

/** What is made, in a list; what cannot be made is a gap. */
function kept<Row>(what: string, gaps: MarketGap[], make: () => Row): readonly Row[] {
  try {
    return [make()]
  } catch (error) {
    if (!(error instanceof PlimsollError)) throw error
    gaps.push(gapOf(what, error))
    return []
  }
}

function gapOf(what: string, { name, shortMessage }: PlimsollError): MarketGap {
  return { what, error: name, message: shortMessage }
}
