/** One in the fixed point that all amounts, prices, ratios and confidences here use: 18 decimals. */
export const ONE: bigint = 10n ** 18n

/** Which of the venue's two margins: to open risk, or below which it liquidates. */
export type MarginType = 'initial' | 'maintenance'

/** A ratio for each of the two margins. */
export type Ratios = { readonly [type in MarginType]: bigint }

/** One option held; `price` is the undiscounted Black-76 price of one. */
export type HeldOption = {
  readonly right: 'call' | 'put'
  /** Signed. */
  readonly size: bigint
  readonly strike: bigint
  readonly price: bigint
}

/** The options of one expiry. */
export type HeldExpiry = {
  readonly forward: bigint
  readonly forwardConfidence: bigint
  readonly volatilityConfidence: bigint
  readonly options: readonly HeldOption[]
}

/** Requirements of short options, as ratios. */
export type OptionParameters = {
  /** Initial: of the spot price at the money, and the least far out of the money. */
  readonly maxSpot: bigint
  readonly minSpot: bigint
  /** Maintenance: of the spot price; for puts also of their mark-to-market. */
  readonly callSpot: bigint
  readonly putSpot: bigint
  readonly putMark: bigint
  /** Initial of a put is at least its maintenance times this. */
  readonly putOffset: bigint
  /** Of the forward, for each call that no long call covers. */
  readonly unpaired: Ratios
}

/** Below its threshold of confidence a feed adds to the initial margin; a threshold of 0 is off. */
export type ContingencyParameters = {
  readonly perpThreshold: bigint
  readonly optionThreshold: bigint
  readonly baseThreshold: bigint
  readonly factor: bigint
}

/** What one underlying asks for. Null: the venue lists no such instrument on it. */
export type MarketParameters = {
  readonly perp: Ratios | null
  readonly option: OptionParameters | null
  readonly contingency: ContingencyParameters
}

/** Everything held on one underlying, collateral aside. */
export type HeldMarket = {
  readonly spot: bigint
  readonly spotConfidence: bigint
  readonly perp: {
    readonly size: bigint
    readonly price: bigint
    readonly confidence: bigint
    /** Profit, funding and settlements that are not yet in the cash balance. */
    readonly unrealized: bigint
  } | null
  readonly expiries: readonly HeldExpiry[]
  readonly parameters: MarketParameters
}

/** An asset held as collateral. It counts `amount × price × factor × …`, cut at each step. */
export type HeldCollateral = {
  readonly amount: bigint
  readonly price: bigint
  readonly confidence: bigint
  readonly factors: { readonly [type in MarginType]: readonly bigint[] }
  readonly contingency: ContingencyParameters
}

/** A subaccount under the standard manager. */
export type StandardPortfolio = {
  /** Settlement asset, signed, accrued interest included. */
  readonly cash: bigint
  /** Price of the settlement asset. */
  readonly stablePrice: bigint
  /** Added back to maintenance margin only, while a socialised loss is written down. */
  readonly maintenanceCredit: bigint
  /** Below the threshold, a falling settlement asset adds to the initial margin. */
  readonly depeg: { readonly threshold: bigint; readonly factor: bigint }
  readonly markets: readonly HeldMarket[]
  readonly collateral: readonly HeldCollateral[]
}

/** Net margins: at or above 0 the subaccount satisfies them. In the settlement asset. */
export type StandardMargin = {
  readonly initial: bigint
  readonly maintenance: bigint
  readonly markToMarket: bigint
}

/** `a × b`, cut toward zero, as the venue's contracts multiply. */
export function multiply(a: bigint, b: bigint): bigint {
  return (a * b) / ONE
}

const magnitude = (a: bigint): bigint => (a < 0n ? -a : a)
/** The lower of two. */
export function lesser(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)

/** Sum of `amount` over `items`. */
function sum<Item>(items: readonly Item[], amount: (item: Item) => bigint): bigint {
  return items.reduce((total, item) => total + amount(item), 0n)
}

/**
 * Net initial and maintenance margin and mark-to-market of a subaccount, to the unit. Longs of
 * options are worth nothing in margin except as cover of shorts of the same expiry.
 *
 * Formula: StandardManager of derivexyz/v2-core 7736900, measured; every product is cut toward zero
 * in the order written here.
 */
export function standardMargin(portfolio: StandardPortfolio): StandardMargin {
  const of = (type: MarginType): bigint =>
    portfolio.cash +
    sum(portfolio.collateral, (held) => collateralMargin(held, type)) +
    sum(portfolio.markets, (market) => marketMargin(portfolio, market, type))
  return {
    initial: of('initial'),
    maintenance: of('maintenance') + portfolio.maintenanceCredit,
    markToMarket:
      portfolio.cash +
      sum(
        portfolio.collateral,
        ({ amount, price }) => (multiply(amount, price) * ONE) / portfolio.stablePrice,
      ) +
      sum(
        portfolio.markets,
        ({ perp, expiries }) =>
          (perp?.unrealized ?? 0n) + sum(expiries, ({ options }) => sum(options, optionMark)),
      ),
  }
}

/** Mark-to-market of an option position. */
export function optionMark({ price, size }: HeldOption): bigint {
  return multiply(price, size)
}

/** What a collateral counts: its value times the factors, less the charge for low confidence. */
export function collateralMargin(held: HeldCollateral, type: MarginType): bigint {
  const { amount, price, confidence, contingency } = held
  const margin = held.factors[type].reduce(multiply, multiply(price, amount))
  if (type === 'maintenance' || margin === 0n) return margin
  const charge = confidenceCharge(confidence, contingency.baseThreshold, contingency.factor)
  return margin - multiply(multiply(charge, price), amount)
}

/** What a perp counts: its cash less the requirement on its notional at the mark. */
export function perpMargin(
  perp: { readonly size: bigint; readonly price: bigint; readonly unrealized: bigint },
  requirement: bigint,
): bigint {
  return perp.unrealized - multiply(multiply(magnitude(perp.size), perp.price), requirement)
}

/** Requirement of one option on its own, not above 0; 0 for longs. */
export function isolatedMargin(
  option: HeldOption,
  spot: bigint,
  parameters: OptionParameters,
  type: MarginType,
): bigint {
  if (option.size >= 0n) return 0n
  const mark = optionMark(option)
  const onSpot = (ratio: bigint): bigint => mark + multiply(multiply(ratio, spot), option.size)
  if (option.right === 'call') {
    return onSpot(
      type === 'maintenance' ? parameters.callSpot : initialRatio(option, spot, parameters),
    )
  }
  const maintenance = lesser(onSpot(parameters.putSpot), mark + multiply(parameters.putMark, mark))
  if (type === 'maintenance') return maintenance
  return lesser(
    onSpot(initialRatio(option, spot, parameters)),
    multiply(maintenance, parameters.putOffset),
  )
}

/** The share of spot that a short option needs at first: less the further it is out of the money. */
function initialRatio(option: HeldOption, spot: bigint, parameters: OptionParameters): bigint {
  const { right, strike } = option
  const outOfTheMoney = greater(right === 'call' ? strike - spot : spot - strike, 0n)
  return greater(parameters.maxSpot - (outOfTheMoney * ONE) / spot, parameters.minSpot)
}

/** The most that the options of one expiry can lose at settlement, not above 0. */
export function maximumLoss({ options }: HeldExpiry): bigint {
  const payoffAt = (settlement: bigint): bigint =>
    sum(options, ({ right, strike, size }) =>
      multiply(greater(right === 'call' ? settlement - strike : strike - settlement, 0n), size),
    )
  return options.reduce(
    (least, { strike }) => lesser(least, payoffAt(strike)),
    lesser(payoffAt(0n), 0n),
  )
}

/** The better of the sum of isolated requirements and the maximum loss, less what confidence costs. */
function expiryMargin(market: HeldMarket, expiry: HeldExpiry, type: MarginType): bigint {
  const { spot, parameters } = market
  if (parameters.option === null) return 0n
  const { option, contingency } = parameters
  const isolated = sum(expiry.options, (held) => isolatedMargin(held, spot, option, type))
  const netCalls = sum(expiry.options, ({ right, size }) => (right === 'call' ? size : 0n))
  const unpaired = multiply(multiply(lesser(netCalls, 0n), expiry.forward), option.unpaired[type])
  const margin = greater(isolated, maximumLoss(expiry) + unpaired)
  if (type === 'maintenance') return margin
  const confidence = lesser(
    lesser(market.spotConfidence, expiry.forwardConfidence),
    expiry.volatilityConfidence,
  )
  const charge = confidenceCharge(confidence, contingency.optionThreshold, contingency.factor)
  return margin - multiply(multiply(charge, spot), shortOptions(expiry))
}

/** Options sold in an expiry, as a positive number. */
function shortOptions({ options }: HeldExpiry): bigint {
  return sum(options, ({ size }) => (size < 0n ? -size : 0n))
}

function marketMargin(portfolio: StandardPortfolio, market: HeldMarket, type: MarginType): bigint {
  const { spot, perp, expiries, parameters } = market
  const options = sum(expiries, (expiry) => expiryMargin(market, expiry, type))
  const perps =
    perp === null || parameters.perp === null ? 0n : perpMargin(perp, parameters.perp[type])
  if (type === 'maintenance') return options + perps

  const { contingency } = parameters
  const perpSize = perp === null ? 0n : magnitude(perp.size)
  const perpCharge = confidenceCharge(
    perp === null ? ONE : lesser(market.spotConfidence, perp.confidence),
    contingency.perpThreshold,
    contingency.factor,
  )
  const { depeg, stablePrice } = portfolio
  const depegCharge = multiply(greater(depeg.threshold - stablePrice, 0n), depeg.factor)
  const exposed = sum(expiries, shortOptions) + perpSize
  return (
    options +
    perps -
    multiply(multiply(perpCharge, spot), perpSize) -
    multiply(multiply(depegCharge, spot), exposed)
  )
}

/** Share of the spot price charged because a feed is unsure: 0 at or above the threshold. */
function confidenceCharge(confidence: bigint, threshold: bigint, factor: bigint): bigint {
  return confidence < threshold ? multiply(ONE - confidence, factor) : 0n
}
