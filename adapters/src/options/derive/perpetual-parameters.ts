import type { StressParameters } from './scenario-margin.js'

/** The set of parameters below: one recorded account of the V3 venue, and its documents of 2026. */
export const PERPETUAL_PARAMETERS = 'recorded-2026-07'

/** Underlyings on which the set below was seen to hold. */
export const PERPETUAL_UNDERLYINGS: ReadonlySet<string> = /* @__PURE__ */ new Set(['ETH'])

const NOTHING = { base: 1, rateMultiplier: 0, rateAdd: 0 }

/**
 * What the V3 venue asks of perps under portfolio margin (`PM2`): a move of ±16 %, times 0.8 for
 * maintenance, and 0.75 % of the index, once more for initial. Options are not in it: the venue's grid
 * is in neither its interface nor its recorded answers, so that an account with options keeps the
 * venue's own numbers. Tails are damped so far that they never bind a perp alone.
 */
export const PERPETUAL_STRESS: StressParameters = {
  scenarios: [1.16, 0.84].map((spot) => ({
    spot,
    volatility: 0,
    skew: 'none',
    weight: 1,
    extended: false,
  })),
  volatilityShock: { shortPower: 0, longPower: 0, floorDays: 1, upFloor: null },
  skewShock: null,
  forward: { up: 1, down: 1, rate: 0, ratePerYear: 0 },
  factors: { maintenance: 0.8, initial: 1 },
  depeg: { threshold: 0, factor: 0 },
  confidence: { threshold: 0, margin: 0 },
  static: {
    apply: 'added',
    both: { perp: 0.0075, base: 0, nakedShort: 0 },
    initial: { perp: 0.0075, base: 0, nakedShort: 0 },
  },
  discounted: true,
  gainDiscount: NOTHING,
  lossDiscount: NOTHING,
}
