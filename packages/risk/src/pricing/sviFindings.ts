import type { SviParameters, SviSlice } from './svi.js'
import { sviTotalVariance } from './svi.js'

/** Something about a volatility curve that no arbitrage-free market has. It is reported, never repaired. */
export type SviFinding =
  /** A parameter outside its domain: b < 0, |ρ| ≥ 1 or σ ≤ 0, or not a finite number. */
  | {
      readonly kind: 'parameter'
      readonly parameter: keyof SviParameters
      readonly value: number
    }
  /** The least total variance a + b·σ·√(1 − ρ²) is negative. */
  | { readonly kind: 'negative-variance'; readonly minimum: number }
  /** A wing is steeper than total variance may grow: b·(1 + |ρ|) > 2 (R. W. Lee 2004). */
  | { readonly kind: 'steep-wing'; readonly slope: number }
  /** A butterfly costs less than nothing: Durrleman's g is negative, at its worst here. */
  | { readonly kind: 'butterfly'; readonly logMoneyness: number; readonly g: number }
  /** A later expiry has less total variance than an earlier one, at its worst here. */
  | {
      readonly kind: 'calendar'
      readonly logMoneyness: number
      readonly earlier: number
      readonly later: number
    }

/** Where the findings look, in log-moneyness ln(K/F). */
export type SviGrid = { readonly from: number; readonly to: number; readonly steps: number }

/** From 5 % to 2,000 % of the forward, in steps of about 1.5 %. */
export const DEFAULT_SVI_GRID: SviGrid = { from: -3, to: 3, steps: 400 }

/**
 * Durrleman's g(k) of a raw SVI curve, which has the sign of the risk-neutral density:
 * g = (1 − k·w′/(2w))² − (w′²/4)·(1/w + ¼) + w″/2 (J. Gatheral & A. Jacquier, Arbitrage-free SVI
 * volatility surfaces, 2014, eq. 2.1).
 *
 * @example
 * durrleman({ a: 0.04, b: 0, rho: 0, m: 0, sigma: 0.1 }, 0.3) // 1
 */
export function durrleman(svi: SviParameters, logMoneyness: number): number {
  const { b, rho, m, sigma } = svi
  const x = logMoneyness - m
  const root = Math.sqrt(x * x + sigma * sigma)
  const w = sviTotalVariance(svi, logMoneyness)
  const slope = root > 0 ? b * (rho + x / root) : b * rho
  const curvature = root > 0 ? (b * sigma * sigma) / (root * root * root) : 0
  const head = 1 - (logMoneyness * slope) / (2 * w)
  return head * head - 0.25 * slope * slope * (1 / w + 0.25) + 0.5 * curvature
}

/**
 * Static arbitrage of one SVI curve, empty where none was found on the grid. The curve's evaluation
 * does not depend on it: venues margin on the surface as it is quoted.
 *
 * @example
 * sviFindings({ a: 0.04, b: 0.4, rho: -0.4, m: 0, sigma: 0.1 }) // []
 */
export function sviFindings(
  svi: SviParameters,
  grid: SviGrid = DEFAULT_SVI_GRID,
): readonly SviFinding[] {
  const findings: SviFinding[] = domainFindings(svi)
  if (findings.some(({ kind }) => kind === 'parameter')) return findings
  const { a, b, rho, sigma } = svi
  const minimum = a + b * sigma * Math.sqrt(1 - rho * rho)
  if (minimum < 0) findings.push({ kind: 'negative-variance', minimum })
  const slope = b * (1 + Math.abs(rho))
  if (slope > 2) findings.push({ kind: 'steep-wing', slope })
  const worst = worstOnGrid(grid, (k) =>
    sviTotalVariance(svi, k) > 0 ? durrleman(svi, k) : Infinity,
  )
  if (worst.value < 0) {
    findings.push({ kind: 'butterfly', logMoneyness: worst.logMoneyness, g: worst.value })
  }
  return findings
}

/**
 * Calendar arbitrage between two expiries: total variance at equal forward moneyness must not fall
 * with time. Each curve is taken in its own time to expiry, so that w = σ²·T, where
 * σ² = w_fitted / referenceYears. Null where none was found on the grid.
 */
export function calendarFinding(
  earlier: { readonly svi: SviSlice; readonly years: number },
  later: { readonly svi: SviSlice; readonly years: number },
  grid: SviGrid = DEFAULT_SVI_GRID,
): SviFinding | null {
  const at = ({ svi, years }: { readonly svi: SviSlice; readonly years: number }, k: number) =>
    (sviTotalVariance(svi, k) * years) / svi.referenceYears
  const { logMoneyness, value } = worstOnGrid(grid, (k) => at(later, k) - at(earlier, k))
  if (!(value < 0)) return null
  return {
    kind: 'calendar',
    logMoneyness,
    earlier: at(earlier, logMoneyness),
    later: at(later, logMoneyness),
  }
}

function domainFindings(svi: SviParameters): SviFinding[] {
  const inDomain: { readonly [K in keyof SviParameters]: (value: number) => boolean } = {
    a: () => true,
    b: (b) => b >= 0,
    rho: (rho) => Math.abs(rho) < 1,
    m: () => true,
    sigma: (sigma) => sigma > 0,
  }
  const findings: SviFinding[] = []
  for (const parameter of ['a', 'b', 'rho', 'm', 'sigma'] as const) {
    const value = svi[parameter]
    if (!Number.isFinite(value) || !inDomain[parameter](value)) {
      findings.push({ kind: 'parameter', parameter, value })
    }
  }
  return findings
}

function worstOnGrid(
  { from, to, steps }: SviGrid,
  f: (logMoneyness: number) => number,
): { readonly logMoneyness: number; readonly value: number } {
  let worst = { logMoneyness: from, value: f(from) }
  for (let step = 1; step <= steps; step += 1) {
    const logMoneyness = from + ((to - from) * step) / steps
    const value = f(logMoneyness)
    if (value < worst.value) worst = { logMoneyness, value }
  }
  return worst
}
