import { divDown } from '@plimsoll/model'
import { divPrice, FACTOR_SCALE, mulFactor, presentValue, principalValue } from './arithmetic.js'
import { accrued, isLiquidatable, valueHeld } from './margin.js'
import type { Collateral, MarginState, MarketState } from './state.js'

/** What `absorb` does to an account, in raw units; or why it would revert. */
export type Absorption =
  | { readonly ok: false; readonly reason: string }
  | {
      readonly ok: true
      /** All of each asset. */
      readonly seized: readonly bigint[]
      /** Value of each with 8 decimals, before the liquidation factor. */
      readonly seizedValues: readonly bigint[]
      /** By how much the account's base balance rises, at the expense of the reserves. */
      readonly basePaidOut: bigint
      /** Debt that the credited collateral did not cover. */
      readonly badDebt: bigint
      readonly after: MarginState
    }

/** How much of a change of principal repays debt, and how much lends. */
export function repaidAndSupplied(
  before: bigint,
  after: bigint,
): { readonly repaid: bigint; readonly supplied: bigint } {
  const owed = (principal: bigint): bigint => (principal < 0n ? -principal : 0n)
  const lent = (principal: bigint): bigint => (principal > 0n ? principal : 0n)
  return { repaid: owed(before) - owed(after), supplied: lent(after) - lent(before) }
}

/**
 * Absorbs the account: all its collateral becomes the market's, its base balance rises by the
 * collateral's value times the liquidation factors, and what is still owed is the reserves' loss.
 */
export function absorb(state: MarginState): Absorption {
  if (state.market.pauses.absorb) return { ok: false, reason: 'absorbing is paused' }
  if (!isLiquidatable(state)) return { ok: false, reason: 'the account is not liquidatable' }
  const market = accrued(state.market, state.at)
  const credited = state.collateral.reduce(
    (sum, asset) => sum + mulFactor(valueHeld(asset), asset.liquidationFactor),
    0n,
  )
  const old = presentValue(state.principal, market)
  const covered = old + divPrice(credited, state.basePrice, market.baseScale)
  const balance = covered < 0n ? 0n : covered
  const principal = principalValue(balance, market)
  const { repaid, supplied } = repaidAndSupplied(state.principal, principal)
  return {
    ok: true,
    seized: state.collateral.map(({ balance: held }) => held),
    seizedValues: state.collateral.map(valueHeld),
    basePaidOut: balance - old,
    badDebt: covered < 0n ? -covered : 0n,
    after: {
      ...state,
      principal,
      collateral: state.collateral.map((asset) => ({
        ...asset,
        balance: 0n,
        totalSupplied: asset.totalSupplied - asset.balance,
      })),
      market: {
        ...market,
        totalSupply: market.totalSupply + supplied,
        totalBorrow: market.totalBorrow - repaid,
      },
    },
  }
}

/** Base tokens that are the market's own, at its indices; below 0 when it lacks some. */
export function reserves(market: MarketState): bigint {
  return (
    market.baseHeld -
    presentValue(market.totalSupply, market) -
    presentValue(-market.totalBorrow, market)
  )
}

/** Whether absorbed collateral is sold: while the reserves are below their target, unless paused. */
export function isForSale(market: MarketState): boolean {
  return !market.pauses.buy && reserves(market) < market.targetReserves
}

/** What a buyer of absorbed collateral saves on its price, scaled by 1e18. */
export function storeFrontDiscount(market: MarketState, asset: Collateral): bigint {
  return mulFactor(market.storeFrontPriceFactor, FACTOR_SCALE - asset.liquidationFactor)
}

/** Raw units of absorbed collateral that an amount of the base token buys; null where the quote reverts. */
export function quoteCollateral(
  { market, basePrice }: MarginState,
  asset: Collateral,
  baseAmount: bigint,
): bigint | null {
  const discounted = mulFactor(asset.price, FACTOR_SCALE - storeFrontDiscount(market, asset))
  if (discounted === 0n) return null
  return divDown(divPrice(basePrice * baseAmount, discounted, asset.scale), market.baseScale)
}
