import type { SkewShock, StressScenario, VolatilityShock } from '@plimsoll/model'
import { logRatio } from '../pricing/log.js'
import { power } from '../pricing/power.js'

/** Days at which a shock of volatility has its stated size. */
const REFERENCE_DAYS = 30
const DAYS_PER_YEAR = 365

/**
 * Scale of a shock of volatility at a time to expiry: (30 ÷ max(floorDays, D))^p, p = `shortPower` up to
 * 30 days, else `longPower`.
 *
 * @param years to expiry, of 365 days
 */
export function tenorScale(
  { shortPower, longPower, floorDays }: VolatilityShock,
  years: number,
): number {
  const days = years * DAYS_PER_YEAR
  const exponent = days <= REFERENCE_DAYS ? shortPower : longPower
  return power(REFERENCE_DAYS / Math.max(floorDays, days), exponent)
}

/**
 * Volatility in a scenario without a skew: max(0, σ·(1 + shock·scale)), with the venue's least
 * volatility where the shock is upward.
 *
 * @param volatility annualised, as a fraction
 * @param scale as `tenorScale` gives it
 */
export function shockedVolatility(
  { upFloor }: VolatilityShock,
  shock: number,
  scale: number,
  volatility: number,
): number {
  if (shock === 0) return volatility
  const factor = Math.max(0, 1 + shock * scale)
  if (shock < 0 || upFloor === null) return volatility * factor
  return upFloor.of === 'quoted'
    ? Math.max(volatility, upFloor.value) * factor
    : Math.max(volatility * factor, upFloor.value)
}

/**
 * Multiplier of volatility in a skew scenario; see `SkewShock`.
 *
 * @param root √T, T in years to expiry
 */
export function skewMultiplier(
  shock: SkewShock,
  skew: Exclude<StressScenario['skew'], 'none'>,
  strike: number,
  forward: number,
  root: number,
): number {
  const { cap: base, capPerRoot } = shock[skew]
  const cap = capPerRoot * root + base
  const width = Math.max(
    shock.minimumWidth,
    root * shock.widthScale * (shock.width + root * shock.widthPerRoot),
  )
  const moneyness = logRatio(strike, forward)
  const reach = ((skew === 'linear' ? moneyness : Math.abs(moneyness)) * cap) / width
  const limit = Math.abs(cap)
  return Math.max(0, 1 + Math.min(limit, Math.max(-limit, reach)))
}
