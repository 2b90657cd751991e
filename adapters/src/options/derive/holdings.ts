import type { Amount, Asset, Leg, Mark, MarkId, OwnerId } from '@plimsoll/model'
import { addAmounts, multiplyAmounts, negateAmount, toNumber } from '@plimsoll/model'
import { black76Price } from '@plimsoll/risk/pricing'
import type {
  CollateralAnswer,
  CurrencyAnswer,
  PositionAnswer,
  Print,
  RatePrint,
  SubaccountAnswer,
} from './answers.js'
import { collateralAsset, underlyingAsset } from './assets.js'
import { FeedError } from './errors.js'
import type { CurrencyFeeds } from './feeds.js'
import {
  discountFactor,
  FEED_HEARTBEAT_MS,
  forwardAt,
  fresh,
  needed,
  printTimeMs,
  strikeVolatility,
  yearsTo,
} from './feeds.js'
import { fromWei, toWei, weiOf } from './fixed-point.js'
import type { Instrument } from './instruments.js'
import { parseInstrument } from './instruments.js'
import type { ExpiryState } from './state.js'
import { venueMark } from './state.js'
import type { StressedOptionState } from './stress-state.js'

/** Everything read beside the subaccount itself. */
export type Surroundings = {
  readonly owner: OwnerId
  readonly currencies: readonly CurrencyAnswer[]
  /** Prints of a currency. @throws PlimsollError when they could not be read */
  readonly feedsOf: (currency: string) => CurrencyFeeds
  /** Unix milliseconds of the read. */
  readonly nowMs: number
}

/**
 * A mark at the latest oracle prints, one for all subaccounts, and the price that the venue states
 * in the subaccount: the one that it judged it by.
 */
export type Quote = { readonly oracle: Mark; readonly reported: Amount }

/** One balance or position of a subaccount. */
export type Holding = {
  readonly name: string
  /** The venue's word on it; a settlement balance that it has no entry for is null. */
  readonly answer: CollateralAnswer | PositionAnswer | null
  /** Null for balances. */
  readonly instrument: Instrument | null
  readonly asset: Asset
  readonly legs: readonly Leg[]
  readonly quotes: readonly Quote[]
  /** What its mark should be, by the venue's surface, now and `CLOCK_SECONDS` apart; options only. */
  readonly marks: readonly Amount[]
}

/** How far the venue's clock may be from ours when it values options. */
const CLOCK_SECONDS = 5
/** Decimals kept of a product of printed numbers: finer than any precision of the venue's. */
const QUOTE_DECIMALS = 36

/** `at` (unix seconds), and the instants around it that the venue's clock may show. */
export const instants = (at: number): readonly number[] => [
  at,
  at - CLOCK_SECONDS,
  at + CLOCK_SECONDS,
]

/**
 * What a subaccount holds, the settlement asset first. A perp has a quote leg beside it: what
 * brings size × mark to the value that the venue states for the position.
 *
 * @throws UnsupportedVenueStateError for an instrument that is not known, FeedError when a print is
 * missing or a price not positive.
 */
export function holdingsOf(
  { collaterals, positions, margin_type: manager }: SubaccountAnswer,
  cash: CurrencyAnswer,
  { feedsOf, nowMs }: Surroundings,
): readonly Holding[] {
  const cashName = cash.currency
  const cashLeg = (id: string, amount: Amount): Leg => ({
    kind: 'cash',
    id,
    asset: collateralAsset(cashName).id,
    mark: venueMark(`cash:${cashName}`),
    amount,
  })
  const settlement = collaterals.find(({ asset_name }) => asset_name === cashName)

  const balance = (answer: CollateralAnswer): Holding => {
    const { asset_name: name, currency, mark_price } = answer
    const id = `collateral:${name}`
    const asset = collateralAsset(name)
    const { spot } = feedsOf(currency)
    const amount = accrued(answer)
    const leg = { id, asset: asset.id, mark: venueMark(id) }
    return {
      name,
      answer,
      instrument: null,
      asset,
      legs: [
        amount.raw < 0n
          ? { ...leg, kind: 'debt', amount: negateAmount(amount) }
          : { ...leg, kind: 'collateral', amount, counts: true },
      ],
      quotes: [quote(leg.mark, asset, spot.price, mark_price, printed('spot', spot))],
      marks: [],
    }
  }

  const position = (answer: PositionAnswer): Holding => {
    const { instrument_name: name, index_price, mark_price, mark_value, amount } = answer
    const instrument = parseInstrument(name)
    const { currency } = instrument
    const feeds = feedsOf(currency)
    const { spot } = feeds
    const asset = underlyingAsset(currency)
    const spotId = venueMark(`spot:${currency}`)
    const index = quote(spotId, asset, spot.price, index_price, printed('spot', spot))
    const base = { name, answer, instrument, asset }
    if (instrument.kind === 'perp') {
      const id = `perp:${currency}`
      const print = needed(feeds.perps, 'P', `perp price of ${currency}`)
      const oracle = fromWei(toWei(spot.price) + toWei(print.spot_diff_value))
      const paid = addAmounts(mark_value, negateAmount(multiplyAmounts(amount, mark_price)))
      const mark = venueMark(id)
      return {
        ...base,
        legs: [
          {
            kind: 'perp',
            id,
            asset: asset.id,
            mark,
            size: amount,
            entryPrice: answer.average_price,
          },
          cashLeg(`quote:${currency}`, shorten(paid)),
        ],
        quotes: [index, quote(mark, asset, oracle, mark_price, printed('mark', print, spot))],
        marks: [],
      }
    }
    const { expiry, strike, right } = instrument
    const what = `volatility surface of ${name}`
    const surface = fresh(needed(feeds.surfaces, expiry, what), nowMs, what)
    const print = needed(feeds.forwards, expiry, `forward of ${name}`)
    const forward = venueMark(`forward:${currency}:${expiry}`)
    const [now, stated] = [spot.price, index_price].map((price) =>
      forwardAt(toWei(price), print, expiry),
    ) as [ReturnType<typeof forwardAt>, ReturnType<typeof forwardAt>]
    const whole = ({ variable, fixed }: typeof now) => fromWei(variable + fixed)
    const volatility = strikeVolatility(surface, strike)
    const native: ExpiryState = {
      volatilityConfidence: toWei(surface.confidence),
      fixedForward: now.fixed,
    }
    const rate = feeds.rates[expiry]
    return {
      ...base,
      legs: [
        {
          kind: 'option',
          id: `option:${name}`,
          asset: asset.id,
          mark: spotId,
          right,
          size: amount,
          strike,
          expiry,
          forward,
          impliedVolatility: volatility,
          price: mark_price,
          // The standard rule takes no rate.
          native:
            manager === 'SM' || rate === undefined
              ? native
              : { ...native, ...rateState(fresh(rate, nowMs, `interest rate of ${name}`)) },
        },
      ],
      quotes: [
        index,
        quote(forward, asset, whole(now), whole(stated), printed('forward', print, spot)),
      ],
      marks: instants(Math.floor(nowMs / 1000)).map((at) =>
        fromWei(
          weiOf(
            black76Price({
              right,
              forward: toNumber(whole(stated)),
              strike: toNumber(strike),
              volatility,
              years: yearsTo(expiry, at),
              discount: discountFactor(feeds, expiry, at),
            }),
          ),
        ),
      ),
    }
  }

  const cashMark = venueMark(`cash:${cashName}`)
  const asset = collateralAsset(cashName)
  const provenance = { feed: 'spot', confidence: null, timeMs: nowMs }
  return [
    {
      name: cashName,
      answer: settlement ?? null,
      instrument: null,
      asset,
      legs: [
        cashLeg(`cash:${cashName}`, settlement ? accrued(settlement) : { raw: 0n, decimals: 0 }),
      ],
      quotes: [
        quote(
          cashMark,
          asset,
          cash.spot_price,
          settlement?.mark_price ?? cash.spot_price,
          provenance,
        ),
      ],
      marks: [],
    },
    ...collaterals.filter((held) => held !== settlement).map(balance),
    ...positions.map(position),
  ]
}

/** What the print of a rate says to an option: a negative rate counts as none. */
const rateState = ({
  rate,
  confidence,
}: RatePrint): Pick<StressedOptionState, 'rate' | 'rateConfidence'> => ({
  rate: rate.raw < 0n ? 0n : toWei(rate),
  rateConfidence: toWei(confidence),
})

/** Balance with interest that has accrued and is not yet booked: both count in margin. */
const accrued = ({ amount, pending_interest }: CollateralAnswer): Amount =>
  addAmounts(amount, pending_interest)

const shorten = ({ raw, decimals }: Amount): Amount =>
  decimals <= QUOTE_DECIMALS
    ? { raw, decimals }
    : { raw: raw / 10n ** BigInt(decimals - QUOTE_DECIMALS), decimals: QUOTE_DECIMALS }

type Provenance = Pick<Mark, 'feed' | 'confidence' | 'timeMs'>

/** Where a price comes from. One that is a difference to spot is no younger than the spot print. */
const printed = (feed: string, print: Print, spot: Print = print): Provenance => ({
  feed,
  confidence: toNumber(print.confidence),
  timeMs: Math.min(printTimeMs(print), printTimeMs(spot)),
})

function quote(
  id: MarkId,
  { id: asset }: Asset,
  price: Amount,
  reported: Amount,
  provenance: Provenance,
): Quote {
  if (price.raw <= 0n || reported.raw <= 0n) {
    throw new FeedError(`Derive gives no positive price for "${id}". Read again.`)
  }
  return {
    oracle: {
      id,
      asset,
      numeraire: 'USD',
      min: price,
      mid: price,
      max: price,
      source: 'venue-oracle',
      stalenessLimitMs: FEED_HEARTBEAT_MS,
      ...provenance,
    },
    reported,
  }
}
