import type { Amount, Leg } from '@plimsoll/model'
import { fromWei, toWei } from '../fixed-point.js'
import { multiply, ONE } from '../standard-margin.js'
import { unsigned } from './arithmetic.js'
import { FixedPointError } from './errors.js'

/** What a bid does to the legs of a subaccount. */
export type LiquidationSlice = {
  /** The share of the account, 18 decimals, from 0 to 1. */
  readonly fraction: bigint
  /** Id of the leg that holds the settlement asset. */
  readonly cash: string
  /** Settlement asset that earlier bids paid: no bidder gets a part of it. 18 decimals. */
  readonly reserved: bigint
  /** Settlement asset that this bid pays. 18 decimals. */
  readonly paid: bigint
}

/** Both sides of a bid, leg by leg. */
export type SlicedLegs = {
  readonly left: readonly Leg[]
  /** What the bidder gets; it owes what is negative. */
  readonly taken: readonly Leg[]
}

/**
 * The order in which Derive liquidates: there is none. A bidder takes the same share of every position,
 * collateral and debt, and of cash beside what is reserved; each amount is cut toward zero.
 *
 * @throws FixedPointError when the share is not from 0 to 1, or an amount of cash is below 0
 */
export function liquidationSlice(
  legs: readonly Leg[],
  { fraction, cash, reserved, paid }: LiquidationSlice,
): SlicedLegs {
  if (fraction < 0n || fraction > ONE) {
    throw new FixedPointError(
      `A bid cannot take ${fraction} of an account in 18 decimals. Pass a share from 0 to 1.`,
    )
  }
  const kept = unsigned(reserved, 256n, 'reserved cash')
  const payment = unsigned(paid, 256n, 'payment of a bid')
  const sliced = legs.map((leg) => {
    const held = toWei(heldIn(leg))
    const isCash = leg.id === cash
    const taken = multiply(held - (isCash ? kept : 0n), fraction)
    return {
      left: holding(leg, fromWei(held - taken + (isCash ? payment : 0n))),
      taken: holding(leg, fromWei(taken)),
    }
  })
  return { left: sliced.map(({ left }) => left), taken: sliced.map(({ taken }) => taken) }
}

/** How much of it a leg holds. */
const heldIn = (leg: Leg): Amount =>
  leg.kind === 'perp' || leg.kind === 'option' ? leg.size : leg.amount

/** The leg with another size or amount. */
const holding = (leg: Leg, held: Amount): Leg =>
  leg.kind === 'perp' || leg.kind === 'option' ? { ...leg, size: held } : { ...leg, amount: held }
