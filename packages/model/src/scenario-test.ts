import type { Term } from './program.js'

/** One row of a venue's stress grid. */
export type StressScenario = {
  /** Multiplier of spot: 0.84 is a fall of 16 %. */
  readonly spot: number
  /** Relative shock of volatility, before its scaling by time to expiry: 0.5 up, −0.25 down, 0 none. */
  readonly volatility: number
  /** Tilt of the smile; with one, each expiry counts as −|P&L| and expiries do not net. */
  readonly skew: 'none' | 'linear' | 'absolute'
  /** Multiplies the P&L: 1 inside the grid, less in damped tails. */
  readonly weight: number
  /** A tail: moves of futures are limited, and the total of a book is relieved by its dampener. */
  readonly extended: boolean
}

/**
 * How a shock of volatility scales with days to expiry D: σ′ = max(0, σ·(1 + shock·(30 ÷ max(floorDays,
 * D))^p)), p = `shortPower` up to 30 days, else `longPower`.
 */
export type VolatilityShock = {
  readonly shortPower: number
  readonly longPower: number
  readonly floorDays: number
  /**
   * Least volatility when the shock is upward: of the `shocked` volatility, or of the `quoted` one
   * before it is shocked. Null where the venue has none.
   */
  readonly upFloor: { readonly value: number; readonly of: 'shocked' | 'quoted' } | null
}

/**
 * Skew scenarios: σ′ = σ·max(0, 1 + clip(k·c ÷ k*, ±|c|)), k = ln(strike ÷ forward) for `linear`, its
 * magnitude for `absolute`; c = cap + capPerRoot·√T; k* = max(minimumWidth, √T·widthScale·(width +
 * widthPerRoot·√T)).
 */
export type SkewShock = {
  readonly linear: SkewCap
  readonly absolute: SkewCap
  readonly minimumWidth: number
  readonly widthScale: number
  readonly width: number
  readonly widthPerRoot: number
}
export type SkewCap = { readonly cap: number; readonly capPerRoot: number }

/** What a leg of a book carries beside its terms. */
type ScenarioLeg = {
  /** Id of the leg of the account, or of the order. */
  readonly leg: string
  /** Signed, in units of the underlying; of a linear leg of an inverse book, in coins at today's mark. */
  readonly size: number
  /**
   * The venue's own delta of one unit; null to compute it. Under moved marks it moves by as much as
   * the computed one.
   */
  readonly delta: number | null
  /**
   * Limit price of a resting order, in the book's unit; null for a position. An order counts for
   * initial margin only, with its loss alone: min(0, size·(price in the scenario − limit)).
   */
  readonly limitPrice: number | null
}

/** A European option on the forward of its expiry. */
export type ScenarioOption = ScenarioLeg & {
  readonly right: 'call' | 'put'
  readonly strike: number
  /** Annualised, as a fraction. */
  readonly impliedVolatility: number
  /**
   * The venue's quoted price of one option, in the book's unit, where P&L is measured against it;
   * null to measure against the model. Under moved marks it keeps its distance from the model.
   */
  readonly price: number | null
}

/**
 * A perpetual or dated future: worth size·price, in an inverse book −size coins at today's price. Its
 * P&L at a move s of spot is size·price·s, in an inverse book size·(1 − 1 ÷ (1 + s)).
 */
export type ScenarioLinear = ScenarioLeg & {
  /** Mark price today, in quote currency, and the index of its multiplier. */
  readonly price: number
  readonly mark: number
  /**
   * Largest |move| that reaches it in an extended scenario, where the scenario's weight then leaves it
   * alone; null without limit.
   */
  readonly moveLimit: number | null
}

/** What settles at one instant. */
export type ScenarioExpiry = {
  /** Years of 365 days. */
  readonly years: number
  /** Part of the forward that moves, today, and the index of its multiplier. */
  readonly forward: number
  readonly forwardMark: number
  /** Part that is already averaged in and moves no longer; added to it. */
  readonly forwardFixed: number
  /** Discount factor of option prices; 1 where the venue prices undiscounted. */
  readonly discount: number
  /** Multiplies the net value of the options in a scenario where it is above, below 0; else 1. */
  readonly gainFactor: number
  readonly lossFactor: number
  /** Multiplies the options' P&L: 1, less in a settlement window that phases it out. */
  readonly profitScale: number
  readonly options: readonly ScenarioOption[]
  readonly futures: readonly ScenarioLinear[]
}

/** Collateral: worth `value` ÷ price of the settlement asset. Haircuts are fractions of that worth. */
export type ScenarioCollateral = {
  readonly leg: string
  /** Amount × price today; not negative unless the venue lends it. */
  readonly value: Term
  readonly maintenanceHaircut: number
  /** In addition to the maintenance haircut. */
  readonly initialHaircut: number
}

/**
 * A charge beside the worst scenario. `competes`: an alternative to it, the worse of the two counts.
 * `scaled`: added to it before the margin's factor. `added`: after the factor.
 */
export type ContingencyKind = {
  readonly apply: 'competes' | 'scaled' | 'added'
  readonly margin: 'both' | 'initial' | 'maintenance'
}

/** Units: a rate is a fraction, per year where it says so; every charge is in the book's unit. */
export type ScenarioContingency = ContingencyKind &
  (
    | {
        /**
         * Basis: Σ over expiries of max(0, −P&L at either multiplier of spot)·(rate + ratePerYear·T); P&L at
         * today's volatility, before the expiry's gain and loss factors.
         */
        readonly kind: 'forward'
        readonly up: number
        readonly down: number
        readonly rate: number
        readonly ratePerYear: number
      }
    | {
        /**
         * Spot × (perp·Σ|perps and futures| + nakedShort·Σ net short calls and puts of one strike and
         * expiry) + base × value of the book's collateral. In an inverse book without the spot.
         */
        readonly kind: 'static'
        /** `static`, `confidence`, …: what the venue charges it for. */
        readonly name: string
        readonly perp: number
        readonly base: number
        readonly nakedShort: number
      }
    | {
        /** Σ over expiries (perpetuals are one, at T = 0) of |delta|·max(minimum, perYear·T)·spot. */
        readonly kind: 'roll'
        readonly minimum: number
        readonly perYear: number
      }
    | {
        /**
         * x·min(cap, slope·x ÷ step), x = max(0, |delta|·spot − threshold). Threshold and step in quote
         * currency.
         */
        readonly kind: 'delta'
        readonly threshold: number
        readonly step: number
        readonly slope: number
        readonly cap: number
      }
    | {
        /**
         * (unhedged·U + hedged·H)·spot on deltas leg by leg: L, S = Σ long, short deltas with orders, l,
         * s without; U = max(0, L − s, S − l), H = max(L, S) − U. Maintenance leaves orders out.
         */
        readonly kind: 'minimum-delta'
        readonly unhedged: number
        readonly hedged: number
      }
    | {
        /**
         * One option by a formula of its own, in a linear book: size·min(premium·price, spot·S) or, of a
         * short, size·max(inTheMoney·S − out-of-the-money amount, outOfTheMoney·S), at most cap·S.
         */
        readonly kind: 'option-formula'
        /** `margin`, `fees`, …: what the venue charges it for. */
        readonly name: string
        /** Id of an option of the book. */
        readonly leg: string
        /** Units that are charged, not negative. */
        readonly size: number
        readonly formula:
          | { readonly kind: 'premium'; readonly premium: number; readonly spot: number }
          | {
              readonly kind: 'short'
              readonly inTheMoney: number
              readonly outOfTheMoney: number
              readonly cap: number | null
            }
      }
    | {
        /** What does not depend on the grid: fees, funding, open orders, market-maker protection. */
        readonly kind: 'fixed'
        readonly name: string
        readonly amount: Term
      }
  )

/** Positions on one underlying, which net with each other. */
export type ScenarioBook = {
  readonly name: string
  /** Unit of the book: the quote currency, or of an inverse book the coin that is the underlying. */
  readonly payoff: 'linear' | 'inverse'
  /** Price of the book's unit in the numeraire of the test. */
  readonly unit: Term
  /** Index price today in quote currency, and the index of its multiplier. */
  readonly spot: number
  readonly spotMark: number
  /** As many in every book of a test: rows with one index happen together. */
  readonly scenarios: readonly StressScenario[]
  readonly volatilityShock: VolatilityShock
  /** Null where no scenario has a skew. */
  readonly skewShock: SkewShock | null
  /** Deltas of options: dV/dF, or less the option's price in coins (`premium-adjusted`). */
  readonly optionDelta: 'forward' | 'premium-adjusted'
  readonly expiries: readonly ScenarioExpiry[]
  readonly perps: readonly ScenarioLinear[]
  /** Collateral that moves with spot in the scenarios. */
  readonly collateral: readonly ScenarioCollateral[]
  /**
   * Share of a book's gain in a scenario that counts against losses of other books, and its most in
   * quote currency (null: no most). Share 1 nets in full, share 0 zeroes gains.
   */
  readonly gainOffset: { readonly share: number; readonly maximum: number | null }
  /** What an extended scenario's loss is reduced by, at most to 0, in quote currency. */
  readonly tailDampener: number
  readonly contingencies: readonly ScenarioContingency[]
}

/**
 * Portfolio margin by stress scenarios: resource = mark-to-market in the numeraire, requirement =
 * factor·(worst loss, or a competing charge, + scaled charges) + added charges + haircuts of
 * collateral.
 */
export type ScenarioTest = {
  readonly kernel: 'scenario'
  readonly strict: boolean
  /** What the venue prices options with: the exact normal distribution, or a polynomial of 5 terms. */
  readonly normalCdf: 'exact' | 'abramowitz-stegun-7.1.26'
  /** Balances, and what linear legs were paid with; in the numeraire. */
  readonly cash: readonly Term[]
  /** Price of the settlement asset, which divides the value of collateral. */
  readonly stable: Term
  /** Collateral that does not move in the scenarios. */
  readonly collateral: readonly ScenarioCollateral[]
  readonly books: readonly ScenarioBook[]
  /** How books add up: their P&L scenario by scenario, or each book's own worst. */
  readonly across: 'scenario' | 'worst'
  readonly factors: { readonly maintenance: number; readonly initial: number }
  /** Adds max(0, threshold − price of the settlement asset)·factor to the initial factor. */
  readonly depeg: { readonly threshold: number; readonly factor: number } | null
}
