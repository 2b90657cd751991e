import type { Holdings, Market, OptionMarket, OptionParameters, Order } from './positions.js'
import { deltaOf, feeProvision, marketOf, spotBalanceMargin } from './positions.js'

/** Cross margin of one market after its positions and orders are netted, USD. */
export type MarketMargin = {
  readonly initial: number
  readonly maintenance: number
  readonly initialFees: number
  readonly maintenanceFees: number
  /** What orders lose at once, against the mark. */
  readonly openLoss: number
  /** Units that would be long, or short, if all orders of that side filled. */
  readonly buyOpenSize: number
  readonly sellOpenSize: number
  /** Signed net position. */
  readonly size: number
}

/** Cross margin of an account, USD. */
export type CrossMargin = {
  readonly initialMargin: number
  readonly maintenanceMargin: number
  readonly spotBalanceMargin: number
  readonly portfolioDelta: number
  readonly markets: ReadonlyMap<string, MarketMargin>
}

/**
 * Requirement of `size` options of one side, USD. Long: min(premium multiplier·mark, long·spot).
 * Short: max(itm·spot − out-of-the-money amount, otm·spot), puts at most cap·spot.
 */
export function optionRequirement(
  { mark, underlying, strike, right }: OptionMarket,
  parameters: OptionParameters,
  side: 'long' | 'short',
  size: number,
): number {
  if (side === 'long') {
    const premium = mark * parameters.premiumMultiplier
    return Math.min(premium, parameters.longInTheMoney * underlying) * size
  }
  const distance = right === 'call' ? strike - underlying : underlying - strike
  const uncapped = Math.max(
    parameters.shortInTheMoney * underlying - Math.max(0, distance),
    parameters.shortOutOfTheMoney * underlying,
  )
  const capped =
    right === 'put' ? Math.min(uncapped, parameters.shortPutCap * underlying) : uncapped
  return capped * size
}

/** What an order loses when it fills at its limit and is valued at the mark, USD. */
const openLossOf = ({ size, price }: Order, mark: number): number =>
  size > 0 ? Math.max(0, price - mark) * size : Math.max(0, mark - price) * -size

/** Margin of one market. Initial margin covers the worse side, maintenance the position alone. */
function marketMargin(market: Market, sizes: readonly number[], orders: readonly Order[]) {
  const size = sizes.reduce((sum, entry) => sum + entry, 0)
  const bought = orders.reduce((sum, order) => sum + Math.max(0, order.size), 0)
  const sold = orders.reduce((sum, order) => sum + Math.max(0, -order.size), 0)
  const buyOpenSize = Math.max(0, bought + size)
  const sellOpenSize = Math.max(0, sold - size)
  const held = Math.abs(size)
  const common = {
    initialFees: feeProvision(market, Math.max(buyOpenSize, sellOpenSize)),
    maintenanceFees: feeProvision(market, held),
    openLoss: orders.reduce((sum, order) => sum + openLossOf(order, market.mark), 0),
    buyOpenSize,
    sellOpenSize,
    size,
  }
  if (market.kind === 'option') {
    const { initial, maintenance } = market.parameters
    return {
      ...common,
      initial: Math.max(
        optionRequirement(market, initial, 'long', buyOpenSize),
        optionRequirement(market, initial, 'short', sellOpenSize),
      ),
      maintenance: optionRequirement(market, maintenance, size > 0 ? 'long' : 'short', held),
    }
  }
  const { initialFraction, maintenanceFactor } = market.parameters
  return {
    ...common,
    initial: Math.max(buyOpenSize, sellOpenSize) * market.mark * initialFraction,
    maintenance: held * market.mark * initialFraction * maintenanceFactor,
  }
}

/**
 * Cross margin: every market on its own, positions and orders of one market netted, balances in other
 * assets at their whole value (tradeparadex/paradex-py 334a7f8, `cross_margin`; USD).
 *
 * @throws InvalidRuleError when a market of a position or order is not given.
 */
export function crossMargin(holdings: Holdings): CrossMargin {
  const { positions, orders, balances } = holdings
  const symbols = [...new Set([...positions, ...orders].map(({ market }) => market))].sort()
  const markets = new Map(
    symbols.map((symbol): readonly [string, MarketMargin] => [
      symbol,
      marketMargin(
        marketOf(holdings, symbol),
        positions.flatMap(({ market, size }) => (market === symbol ? [size] : [])),
        orders.filter(({ market }) => market === symbol),
      ),
    ]),
  )
  const total = (of: (margin: MarketMargin) => number): number =>
    [...markets.values()].reduce((sum, margin) => sum + of(margin), 0)
  const spot = spotBalanceMargin(balances)
  return {
    initialMargin:
      spot +
      total(({ initial }) => initial) +
      total(({ initialFees }) => initialFees) +
      total(({ openLoss }) => openLoss),
    maintenanceMargin:
      spot +
      total(({ maintenance }) => maintenance) +
      total(({ maintenanceFees }) => maintenanceFees),
    spotBalanceMargin: spot,
    portfolioDelta: deltaOf(holdings, positions) + deltaOf(holdings, orders),
    markets,
  }
}
