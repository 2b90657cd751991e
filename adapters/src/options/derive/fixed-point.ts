import type { Amount } from '@plimsoll/model'
import { MarkError, parseAmount } from '@plimsoll/model'

const DECIMALS = 18

/** An amount in the venue's fixed point of 18 decimals, cut toward zero. */
export function toWei({ raw, decimals }: Amount): bigint {
  return decimals <= DECIMALS
    ? raw * 10n ** BigInt(DECIMALS - decimals)
    : raw / 10n ** BigInt(decimals - DECIMALS)
}

/** A decimal text in the venue's fixed point. @throws InvalidAmountError */
export function wei(text: string): bigint {
  return toWei(parseAmount(text))
}

/** An amount of the venue's fixed point. */
export function fromWei(raw: bigint): Amount {
  return { raw, decimals: DECIMALS }
}

/** A double in the venue's fixed point, cut toward zero. @throws MarkError when it is not finite */
export function weiOf(value: number): bigint {
  if (!Number.isFinite(value)) {
    throw new MarkError(
      `A price of ${value} cannot enter a margin. Check the forward and the volatility it was computed from.`,
    )
  }
  return BigInt(Math.trunc(value * 1e18))
}

/** The double nearest to a fixed-point number. */
export function fromWeiNumber(raw: bigint): number {
  return Number(`${raw}e-18`)
}
