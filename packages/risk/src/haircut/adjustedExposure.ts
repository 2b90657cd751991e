import { checkFraction, checkNotNegative } from './checks.js'
import { HaircutError } from './errors.js'

/** An exposure and the collateral that secures it. */
export type SecuredExposure = {
  /** E: what is lent or owed, in the numeraire. */
  readonly exposure: number
  /** C: current value of the collateral received, in the numeraire. */
  readonly collateral: number
  /** H_e: by how much what is lent may rise in value. */
  readonly exposureHaircut: number
  /** H_c: by how much the collateral may fall. */
  readonly collateralHaircut: number
  /** H_fx: for a mismatch of currencies; 0 where there is none. */
  readonly currencyHaircut: number
}

/**
 * Exposure that remains after collateral and haircuts, in the numeraire:
 * E* = max(0, E·(1 + H_e) − C·(1 − H_c − H_fx)); collateral is never worth less than nothing.
 *
 * Source: Basel CRE22, comprehensive approach.
 *
 * @example
 * adjustedExposure({
 *   exposure: 85.9,
 *   collateral: 96,
 *   exposureHaircut: 0.25,
 *   collateralHaircut: 0.041,
 *   currencyHaircut: 0,
 * }) // 15.311
 *
 * @throws HaircutError when an amount is negative or not finite, or a haircut is no fraction.
 */
export function adjustedExposure(secured: SecuredExposure): number {
  const { exposure, collateral, exposureHaircut, collateralHaircut, currencyHaircut } = secured
  checkNotNegative('exposure', exposure)
  checkNotNegative('collateral', collateral)
  checkNotNegative('haircut of the exposure', exposureHaircut)
  checkFraction('haircut of the collateral', collateralHaircut)
  checkFraction('haircut for the currency', currencyHaircut)
  const kept = Math.max(0, 1 - collateralHaircut - currencyHaircut)
  return Math.max(0, exposure * (1 + exposureHaircut) - collateral * kept)
}

/** Part of a basket of collateral. */
export type BasketPart = {
  /** Value in the numeraire. */
  readonly value: number
  readonly haircut: number
}

/**
 * Haircut of a basket, H = Σ aᵢ·Hᵢ with aᵢ the share of the value.
 *
 * Source: Basel CRE22, comprehensive approach.
 *
 * @example
 * basketHaircut([{ value: 300, haircut: 0.15 }, { value: 100, haircut: 0.25 }]) // 0.175
 *
 * @throws HaircutError when a value is negative, a haircut is no fraction, or the basket is empty.
 */
export function basketHaircut(parts: readonly BasketPart[]): number {
  let value = 0
  let lost = 0
  for (const part of parts) {
    checkNotNegative('value of a part', part.value)
    checkFraction('haircut of a part', part.haircut)
    value += part.value
    lost += part.value * part.haircut
  }
  if (value > 0) return lost / value
  throw new HaircutError('The basket holds nothing. A haircut needs a part of positive value.')
}
