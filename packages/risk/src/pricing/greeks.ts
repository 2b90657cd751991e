/**
 * Price and greeks of one option, with the convention as part of the type: a function that asks for
 * `ForwardGreeks` cannot be given `SpotGreeks`. Per 1.00 of volatility and per year of 365 days
 * throughout; x is the forward or the spot of the convention.
 */
export type Greeks<Underlying extends 'forward' | 'spot', Unit extends 'numeraire' | 'coin'> = {
  readonly convention: {
    /** What delta, gamma and vanna are slopes in; the other inputs are held. */
    readonly underlying: Underlying
    /** What price and greeks are counted in. */
    readonly unit: Unit
  }
  /** Present value v. */
  readonly price: number
  /** ∂v/∂x: discounted, and not adjusted for the premium. */
  readonly delta: number
  /** ∂²v/∂x². */
  readonly gamma: number
  /** ∂v/∂σ, per 1.00 of volatility (divide by 100 for one point). */
  readonly vega: number
  /** Change of v per year that passes, at a constant rate (divide by 365 for one day). */
  readonly thetaPerYear: number
  /** ∂²v/∂x∂σ, per 1.00 of volatility. */
  readonly vanna: number
  /** ∂²v/∂σ², per 1.00 of volatility twice. */
  readonly volga: number
}

/** Slopes in the forward, in the numeraire. */
export type ForwardGreeks = Greeks<'forward', 'numeraire'> & {
  /** ∂v/∂r per 1.00 of the rate, at a constant forward: −T·v. */
  readonly rhoAtForward: number
}

/** Slopes in the spot, in the numeraire. */
export type SpotGreeks = Greeks<'spot', 'numeraire'> & {
  /** ∂v/∂r per 1.00 of the rate, at a constant spot and carry. */
  readonly rho: number
  /** ∂v/∂q per 1.00 of the carry, at a constant spot and rate. */
  readonly rhoCarry: number
}

/** Slopes in the forward, in the coin that settles the option. */
export type CoinGreeks = Greeks<'forward', 'coin'> & {
  /**
   * ∂v/∂ln F: coins won per +100 % of forward and index. It is the coin delta less the premium in
   * coin ("premium-adjusted" or "net transaction" delta): what a hedge in coin must offset.
   */
  readonly netDelta: number
}
