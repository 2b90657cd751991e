import type { Amount, Leg } from '@plimsoll/model'
import { addAmounts, multiplyAmounts, negateAmount } from '@plimsoll/model'
import { collateralAsset, underlyingAsset } from './assets.js'
import { forwardAt, forwardPrint, strikeVolatility, surfacePrint } from './feeds.js'
import { toWei } from './fixed-point.js'
import type { ExpiryState } from './state.js'
import { collateralMarkId, forwardMarkId, legId, perpMarkId, spotMarkId } from './state.js'
import type { NamedPosition, Subaccount, Surroundings } from './subaccount.js'
import { accrued, cashBalance, otherCollateral } from './subaccount.js'

const ZERO: Amount = { raw: 0n, decimals: 0 }

/** Decimals kept of a product of printed numbers: finer than any precision of the venue's. */
const QUOTE_DECIMALS = 36

/**
 * The legs of a subaccount. A perp has a quote leg beside it: what brings size × mark to the value
 * that the venue states for the position.
 *
 * @throws FeedError when the surface or forward of an option is missing.
 */
export function subaccountLegs(subaccount: Subaccount, around: Surroundings): readonly Leg[] {
  const { cashName, positions } = subaccount
  const cash = cashBalance(subaccount)
  return [
    {
      kind: 'cash',
      id: legId.cash(cashName),
      asset: collateralAsset(cashName).id,
      mark: collateralMarkId(cashName),
      amount: cash === undefined ? ZERO : accrued(cash),
    },
    ...otherCollateral(subaccount).map((held): Leg => {
      const amount = accrued(held)
      const leg = {
        id: legId.collateral(held.asset_name),
        asset: collateralAsset(held.asset_name).id,
        mark: collateralMarkId(held.asset_name),
      }
      return amount.raw < 0n
        ? { ...leg, kind: 'debt', amount: negateAmount(amount) }
        : { ...leg, kind: 'collateral', amount, counts: true }
    }),
    ...positions.flatMap((position) => positionLegs(position, cashName, around)),
  ]
}

function positionLegs(
  { answer, instrument }: NamedPosition,
  cashName: string,
  { feedsOf }: Surroundings,
): readonly Leg[] {
  const { currency } = instrument
  const asset = underlyingAsset(currency).id
  if (instrument.kind === 'perp') {
    const notional = multiplyAmounts(answer.amount, answer.mark_price)
    return [
      {
        kind: 'perp',
        id: legId.perp(currency),
        asset,
        mark: perpMarkId(currency),
        size: answer.amount,
        entryPrice: answer.average_price,
      },
      {
        kind: 'cash',
        id: legId.quote(currency),
        asset: collateralAsset(cashName).id,
        mark: collateralMarkId(cashName),
        amount: shorten(addAmounts(answer.mark_value, negateAmount(notional))),
      },
    ]
  }
  const { expiry, strike, right } = instrument
  const feeds = feedsOf(currency)
  const surface = surfacePrint(feeds, expiry)
  const forward = forwardAt(toWei(feeds.spot.price), forwardPrint(feeds, expiry), expiry)
  const native: ExpiryState = {
    volatilityConfidence: toWei(surface.confidence),
    fixedForward: forward.fixed,
  }
  return [
    {
      kind: 'option',
      id: legId.option(answer.instrument_name),
      asset,
      mark: spotMarkId(currency),
      right,
      size: answer.amount,
      strike,
      expiry,
      forward: forwardMarkId(currency, expiry),
      impliedVolatility: strikeVolatility(surface, strike),
      price: answer.mark_price,
      native,
    },
  ]
}

function shorten({ raw, decimals }: Amount): Amount {
  return decimals <= QUOTE_DECIMALS
    ? { raw, decimals }
    : { raw: raw / 10n ** BigInt(decimals - QUOTE_DECIMALS), decimals: QUOTE_DECIMALS }
}
