/** One in the fixed point that all amounts, prices, ratios and confidences here use: 18 decimals. */
export const ONE: bigint = 10n ** 18n

/** Which of the venue's two margins: to open risk, or below which it liquidates. */
export type MarginType = 'initial' | 'maintenance'

/** A ratio for each of the two margins. */
export type Ratios = { readonly [type in MarginType]: bigint }

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
  readonly unpairedInitial: bigint
  readonly unpairedMaintenance: bigint
}

/** What adds to every initial margin. A threshold of confidence of 0 is off. */
export type ContingencyParameters = {
  readonly perpThreshold: bigint
  readonly optionThreshold: bigint
  readonly baseThreshold: bigint
  /** Of spot, times the confidence that is missing. */
  readonly confidenceFactor: bigint
  /** Price of the settlement asset below which shorts and perps are charged, and how often over. */
  readonly depegThreshold: bigint
  readonly depegFactor: bigint
}

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
  readonly parameters: OptionParameters
}

/** A perp held. */
export type HeldPerp = {
  /** Signed. */
  readonly size: bigint
  readonly price: bigint
  readonly confidence: bigint
  /** Profit, funding and settlements that are not yet in the cash balance. */
  readonly unrealized: bigint
  readonly requirement: Ratios
}

/** Everything held on one underlying, collateral aside. */
export type HeldMarket = {
  readonly spot: bigint
  readonly spotConfidence: bigint
  readonly perp: HeldPerp | null
  readonly expiries: readonly HeldExpiry[]
}

/** An asset held as collateral. It counts `amount × price × factor × …`, cut at each step. */
export type HeldCollateral = {
  readonly amount: bigint
  readonly price: bigint
  readonly confidence: bigint
  readonly factors: { readonly [type in MarginType]: readonly bigint[] }
}

/** A subaccount under the standard manager. */
export type StandardPortfolio = {
  /** Settlement asset, signed, accrued interest included. */
  readonly cash: bigint
  /** Price of the settlement asset. */
  readonly stablePrice: bigint
  /** Added back to maintenance margin only, while a socialised loss is written down. */
  readonly maintenanceCredit: bigint
  readonly contingency: ContingencyParameters
  readonly markets: readonly HeldMarket[]
  readonly collateral: readonly HeldCollateral[]
}

/** Net margins: at or above 0 the subaccount satisfies them. In the settlement asset. */
export type StandardMargin = Ratios & { readonly markToMarket: bigint }

/** `a × b`, cut toward zero, as the venue's contracts multiply. */
export const multiply = (a: bigint, b: bigint): bigint => (a * b) / ONE

/** The lower of two. */
export const lesser = (a: bigint, b: bigint): bigint => (a < b ? a : b)

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)
const magnitude = (a: bigint): bigint => (a < 0n ? -a : a)

/** Sum of `amount` over `items`. */
const sum = <Item>(items: readonly Item[], amount: (item: Item) => bigint): bigint =>
  items.reduce((total, item) => total + amount(item), 0n)

/**
 * Net initial and maintenance margin and mark-to-market of a subaccount, to the unit. Longs of
 * options are worth nothing in margin except as cover of shorts of the same expiry.
 *
 * Formula: StandardManager of derivexyz/v2-core 7736900, measured; every product is cut toward zero
 * in the order written here.
 */
export function standardMargin(portfolio: StandardPortfolio): StandardMargin {
  const { cash, collateral, markets, stablePrice } = portfolio
  const net = (type: MarginType): bigint =>
    cash +
    sum(collateral, (held) => collateralMargin(held, portfolio.contingency, type)) +
    sum(markets, (market) => marketMargin(market, portfolio, type))
  return {
    initial: net('initial'),
    maintenance: net('maintenance') + portfolio.maintenanceCredit,
    markToMarket:
      cash +
      sum(collateral, ({ amount, price }) => (multiply(amount, price) * ONE) / stablePrice) +
      sum(
        markets,
        ({ perp, expiries }) =>
          (perp?.unrealized ?? 0n) + sum(expiries, ({ options }) => sum(options, optionMark)),
      ),
  }
}

/** Mark-to-market of an option position. */
export const optionMark = ({ price, size }: HeldOption): bigint => multiply(price, size)

/** What a collateral counts: its value times the factors, less the charge for low confidence. */
function collateralMargin(
  { amount, price, confidence, factors }: HeldCollateral,
  { baseThreshold, confidenceFactor }: ContingencyParameters,
  type: MarginType,
): bigint {
  const margin = factors[type].reduce(multiply, multiply(price, amount))
  if (type === 'maintenance' || margin === 0n) return margin
  const charge = confidenceCharge(confidence, baseThreshold, confidenceFactor)
  return margin - multiply(multiply(charge, price), amount)
}

/** Requirement of one option on its own, not above 0; 0 for longs. */
export function isolatedMargin(
  option: HeldOption,
  spot: bigint,
  parameters: OptionParameters,
  type: MarginType,
): bigint {
  const { right, size, strike } = option
  if (size >= 0n) return 0n
  const mark = optionMark(option)
  const onSpot = (ratio: bigint): bigint => mark + multiply(multiply(ratio, spot), size)
  const outOfTheMoney = greater(right === 'call' ? strike - spot : spot - strike, 0n)
  const initialRatio = greater(
    parameters.maxSpot - (outOfTheMoney * ONE) / spot,
    parameters.minSpot,
  )
  if (right === 'call') return onSpot(type === 'initial' ? initialRatio : parameters.callSpot)
  const maintenance = lesser(onSpot(parameters.putSpot), mark + multiply(parameters.putMark, mark))
  return type === 'initial'
    ? lesser(onSpot(initialRatio), multiply(maintenance, parameters.putOffset))
    : maintenance
}

/** The most that the options of one expiry can lose at settlement, not above 0. */
function maximumLoss(options: readonly HeldOption[]): bigint {
  return [0n, ...options.map(({ strike }) => strike)]
    .map((settlement) =>
      sum(options, ({ right, strike, size }) =>
        multiply(greater(right === 'call' ? settlement - strike : strike - settlement, 0n), size),
      ),
    )
    .reduce(lesser, 0n)
}

/** The better of the sum of isolated requirements and the maximum loss. */
function expiryMargin(
  { options, forward, parameters }: HeldExpiry,
  spot: bigint,
  type: MarginType,
) {
  const isolated = sum(options, (held) => isolatedMargin(held, spot, parameters, type))
  const netCalls = sum(options, ({ right, size }) => (right === 'call' ? size : 0n))
  const scale = type === 'initial' ? parameters.unpairedInitial : parameters.unpairedMaintenance
  const unpaired = multiply(multiply(lesser(netCalls, 0n), forward), scale)
  return greater(isolated, maximumLoss(options) + unpaired)
}

/** Options sold in an expiry, as a positive number. */
const shortOptions = ({ options }: HeldExpiry): bigint =>
  sum(options, ({ size }) => greater(-size, 0n))

function marketMargin(
  { spot, spotConfidence, perp, expiries }: HeldMarket,
  { contingency, stablePrice }: StandardPortfolio,
  type: MarginType,
): bigint {
  const size = magnitude(perp?.size ?? 0n)
  const margin =
    sum(expiries, (expiry) => expiryMargin(expiry, spot, type)) +
    (perp === null
      ? 0n
      : perp.unrealized - multiply(multiply(size, perp.price), perp.requirement[type]))
  if (type === 'maintenance') return margin
  const { confidenceFactor, depegThreshold, depegFactor } = contingency
  const charged = (ratio: bigint, amount: bigint) => multiply(multiply(ratio, spot), amount)
  const unsure = (confidence: bigint, threshold: bigint) =>
    confidenceCharge(lesser(spotConfidence, confidence), threshold, confidenceFactor)
  const depeg = multiply(greater(depegThreshold - stablePrice, 0n), depegFactor)
  return (
    margin -
    sum(expiries, (expiry) =>
      charged(
        unsure(
          lesser(expiry.forwardConfidence, expiry.volatilityConfidence),
          contingency.optionThreshold,
        ),
        shortOptions(expiry),
      ),
    ) -
    charged(unsure(perp?.confidence ?? ONE, contingency.perpThreshold), size) -
    charged(depeg, sum(expiries, shortOptions) + size)
  )
}

/** Share of the spot price charged because a feed is unsure: 0 at or above the threshold. */
function confidenceCharge(confidence: bigint, threshold: bigint, factor: bigint): bigint {
  return confidence < threshold ? multiply(ONE - confidence, factor) : 0n
}
