import type { StandardMarket, StandardTest } from '@plimsoll/model'
import type { Checks } from '../program/checks.js'
import type { Kernel } from '../program/kernels.js'
import { standard } from './standard.js'

/** Options by a formula each, spreads by their largest loss. */
export const standardKernel: Kernel<StandardTest> = {
  check: checkStandard,
  place: placeStandard,
  evaluate: standard,
}

type Place = (mark: number) => number

function checkStandard(test: StandardTest, { fail, finite, fraction, mark, terms }: Checks): void {
  terms(test.cash)
  terms([test.stable])
  if (!(test.stable.value > 0)) fail('a settlement asset without a price')
  finite(test.credit, 'credit')
  for (const index of test.pinned ?? []) mark(index)
  for (const market of test.markets) {
    mark(market.spotMark)
    fraction(market.spot, 'spot')
    finite(market.base, 'base')
    if (market.perp !== null) {
      mark(market.perp.mark)
      finite(market.perp.size, 'perp size')
      fraction(market.perp.price, 'perp price')
    }
    for (const expiry of market.expiries) {
      mark(expiry.forwardMark)
      fraction(expiry.forward, 'forward')
      fraction(expiry.forwardFixed, 'fixed part of a forward')
      fraction(expiry.years, 'time to expiry')
      for (const option of expiry.options) {
        finite(option.size, 'option size')
        fraction(option.strike, 'strike')
        fraction(option.impliedVolatility, 'implied volatility')
      }
    }
    for (const value of Object.values(market.parameters)) finite(value, 'parameter')
  }
}

function placeStandard(test: StandardTest, place: Place): StandardTest {
  return {
    ...test,
    cash: test.cash
      .map((term) => ({ ...term, mark: place(term.mark) }))
      .sort((a, b) => a.mark - b.mark || a.value - b.value),
    stable: { ...test.stable, mark: place(test.stable.mark) },
    ...(test.pinned === undefined ? {} : { pinned: test.pinned.map(place).sort((a, b) => a - b) }),
    markets: test.markets
      .map((market) => placeMarket(market, place))
      .sort((a, b) => a.spotMark - b.spotMark || a.spot - b.spot || a.base - b.base),
  }
}

function placeMarket(market: StandardMarket, place: Place): StandardMarket {
  return {
    ...market,
    spotMark: place(market.spotMark),
    perp: market.perp === null ? null : { ...market.perp, mark: place(market.perp.mark) },
    expiries: market.expiries
      .map((expiry) => ({
        ...expiry,
        forwardMark: place(expiry.forwardMark),
        options: [...expiry.options].sort(
          (a, b) =>
            a.strike - b.strike ||
            (a.right === b.right ? 0 : a.right < b.right ? -1 : 1) ||
            a.size - b.size ||
            a.impliedVolatility - b.impliedVolatility,
        ),
      }))
      .sort((a, b) => a.years - b.years || a.forward - b.forward),
  }
}
