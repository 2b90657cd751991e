import type { FactorId, VolatilitySurface } from '@plimsoll/model'
import { factorId } from '@plimsoll/model'

/** One expiry of a surface. */
export type ExpirySmile = VolatilitySurface['expiries'][number]

const SURFACE = /^iv:([A-Za-z0-9.]{1,32})$/

/** Symbols of the underlyings whose surfaces are asked for: of `iv:ETH`, not of a tenor. */
export function surfaceSymbols(factors: readonly FactorId[]): readonly string[] {
  return factors.flatMap((factor) => SURFACE.exec(factor)?.[1] ?? [])
}

/** The factor of an underlying's surface. */
export const surfaceFactor = (symbol: string): FactorId => factorId(`iv:${symbol}`)

/** An expiry in words. @param expiry Unix seconds */
export const dateOf = (expiry: number): string => new Date(expiry * 1000).toISOString().slice(0, 10)
