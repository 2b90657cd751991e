import type { Amount, Asset, Mark, MarkId } from '@plimsoll/model'
import { toNumber } from '@plimsoll/model'
import { collateralAsset, underlyingAsset } from './assets.js'
import { FeedError } from './errors.js'
import { FEED_HEARTBEAT_MS, forwardAt, forwardPrint, perpPrint, printTimeMs } from './feeds.js'
import { fromWei, toWei } from './fixed-point.js'
import { collateralMarkId, forwardMarkId, perpMarkId, spotMarkId } from './state.js'
import type { Subaccount, Surroundings } from './subaccount.js'
import { expiriesOn, otherCollateral, positionCurrencies, positionsOn } from './subaccount.js'

/** Prices that a subaccount is judged at. */
type Prices = {
  readonly spot: (currency: string) => Amount
  readonly perp: (currency: string) => Amount
  readonly collateral: (name: string) => Amount
}

/**
 * The marks of a subaccount at the latest oracle prints: one price for all subaccounts.
 *
 * @throws FeedError when a print is missing.
 */
export function oracleMarks(subaccount: Subaccount, around: Surroundings): readonly Mark[] {
  const { feedsOf, currencies } = around
  const held = new Map(otherCollateral(subaccount).map((entry) => [entry.asset_name, entry]))
  return marksAt(subaccount, around, {
    spot: (currency) => feedsOf(currency).spot.price,
    perp: (currency) => {
      const feeds = feedsOf(currency)
      return fromWei(toWei(feeds.spot.price) + toWei(perpPrint(feeds).spot_diff_value))
    },
    collateral: (name) => {
      const entry = held.get(name)
      if (entry !== undefined) return feedsOf(entry.currency).spot.price
      return currencies.get(name)?.spot_price ?? ZERO
    },
  })
}

/** The same marks at the prices that the venue states in the subaccount itself. */
export function reportedMarks(subaccount: Subaccount, around: Surroundings): readonly Mark[] {
  const { answer, cashName } = subaccount
  const collateral = new Map(answer.collaterals.map((held) => [held.asset_name, held.mark_price]))
  const position = (currency: string, kind: 'perp' | null) =>
    positionsOn(subaccount, currency).find(
      ({ instrument }) => kind === null || instrument.kind === kind,
    )?.answer
  return marksAt(subaccount, around, {
    spot: (currency) => position(currency, null)?.index_price ?? ZERO,
    perp: (currency) => position(currency, 'perp')?.mark_price ?? ZERO,
    collateral: (name) =>
      collateral.get(name) ??
      (name === cashName ? around.currencies.get(name)?.spot_price : undefined) ??
      ZERO,
  })
}

const ZERO: Amount = { raw: 0n, decimals: 0 }

function marksAt(subaccount: Subaccount, around: Surroundings, prices: Prices): readonly Mark[] {
  const { feedsOf, nowMs } = around
  const { cashName } = subaccount
  const collateral = (name: string, provenance: Provenance) =>
    mark(collateralMarkId(name), collateralAsset(name), prices.collateral(name), provenance)
  return [
    collateral(cashName, { feed: 'spot', confidence: null, timeMs: nowMs }),
    ...otherCollateral(subaccount).map(({ asset_name, currency }) =>
      collateral(asset_name, printed('spot', feedsOf(currency).spot)),
    ),
    ...positionCurrencies(subaccount).flatMap((currency) => {
      const feeds = feedsOf(currency)
      const asset = underlyingAsset(currency)
      const spot = prices.spot(currency)
      const hasPerp = positionsOn(subaccount, currency).some(
        ({ instrument }) => instrument.kind === 'perp',
      )
      return [
        mark(spotMarkId(currency), asset, spot, printed('spot', feeds.spot)),
        ...(hasPerp
          ? [
              mark(
                perpMarkId(currency),
                asset,
                prices.perp(currency),
                printed('mark', perpPrint(feeds)),
              ),
            ]
          : []),
        ...expiriesOn(subaccount, currency).map((expiry) => {
          const print = forwardPrint(feeds, expiry)
          const { variable, fixed } = forwardAt(toWei(spot), print, expiry)
          return mark(
            forwardMarkId(currency, expiry),
            asset,
            fromWei(variable + fixed),
            printed('forward', print),
          )
        }),
      ]
    }),
  ]
}

type Provenance = {
  readonly feed: string
  readonly confidence: number | null
  readonly timeMs: number
}

function printed(
  feed: string,
  { confidence, timestamp }: { readonly confidence: Amount; readonly timestamp: number },
): Provenance {
  return { feed, confidence: toNumber(confidence), timeMs: printTimeMs(timestamp) }
}

function mark(id: MarkId, asset: Asset, price: Amount, provenance: Provenance): Mark {
  if (price.raw <= 0n) {
    throw new FeedError(
      `Derive gives ${toNumber(price)} as the price behind "${id}". Read again; report the venue if it stays.`,
    )
  }
  return {
    id,
    asset: asset.id,
    numeraire: 'USD',
    min: price,
    mid: price,
    max: price,
    source: 'venue-oracle',
    stalenessLimitMs: FEED_HEARTBEAT_MS,
    ...provenance,
  }
}
