import type {
  ScenarioBook,
  ScenarioCollateral,
  ScenarioContingency,
  ScenarioExpiry,
  ScenarioLinear,
  ScenarioTest,
} from '@plimsoll/model'
import type { Checks } from '../program/checks.js'

/** Checks a scenario test, by the checks of the account that it belongs to. */
export function checkScenarioTest(test: ScenarioTest, checks: Checks): void {
  const { fail, fraction, terms } = checks
  terms(test.cash)
  terms([test.stable])
  if (!(test.stable.value > 0)) fail('a settlement asset without a price')
  fraction(test.factors.maintenance, 'maintenance factor')
  fraction(test.factors.initial, 'initial factor')
  if (test.depeg !== null) {
    fraction(test.depeg.threshold, 'depeg threshold')
    fraction(test.depeg.factor, 'depeg factor')
  }
  for (const collateral of test.collateral) checkCollateral(collateral, checks)
  const [first] = test.books
  for (const book of test.books) {
    if (book.scenarios.length !== first?.scenarios.length) {
      fail('books that differ in their number of scenarios')
    }
    checkBook(book, checks)
  }
}

function checkBook(book: ScenarioBook, checks: Checks): void {
  const { fail, finite, fraction, mark, terms } = checks
  terms([book.unit])
  mark(book.spotMark)
  fraction(book.spot, 'spot')
  if (!(book.unit.value > 0) || !(book.spot > 0)) fail('a book without a price')
  for (const { spot, volatility, skew, weight } of book.scenarios) {
    fraction(spot, 'multiplier of spot')
    finite(volatility, 'shock of volatility')
    fraction(weight, 'weight of a scenario')
    if (skew !== 'none' && book.skewShock === null) fail('a skew scenario without a skew shock')
  }
  const { upFloor, ...shock } = book.volatilityShock
  for (const value of Object.values(shock)) fraction(value, 'parameter of a volatility shock')
  if (upFloor !== null) fraction(upFloor.value, 'least volatility')
  if (book.skewShock !== null) {
    const { linear, absolute, ...width } = book.skewShock
    for (const value of [linear, absolute, width].flatMap((part) => Object.values(part))) {
      finite(value, 'parameter of a skew shock')
    }
    if (!(width.minimumWidth > 0)) fail('a skew shock without a least width')
  }
  for (const expiry of book.expiries) checkExpiry(expiry, checks)
  for (const perp of book.perps) checkLinear(perp, checks)
  for (const collateral of book.collateral) checkCollateral(collateral, checks)
  fraction(book.gainOffset.share, 'share of gains')
  if (book.gainOffset.maximum !== null) fraction(book.gainOffset.maximum, 'most of gains')
  fraction(book.tailDampener, 'dampener')
  for (const contingency of book.contingencies) checkContingency(contingency, checks)
}

function checkExpiry(expiry: ScenarioExpiry, checks: Checks): void {
  const { finite, fraction, mark } = checks
  mark(expiry.forwardMark)
  fraction(expiry.years, 'time to expiry')
  fraction(expiry.forward, 'forward')
  fraction(expiry.forwardFixed, 'fixed part of a forward')
  fraction(expiry.discount, 'discount factor')
  fraction(expiry.gainFactor, 'factor of gains')
  fraction(expiry.lossFactor, 'factor of losses')
  fraction(expiry.profitScale, 'scale of profits')
  for (const { size, strike, impliedVolatility, price, delta, limitPrice } of expiry.options) {
    finite(size, 'option size')
    fraction(strike, 'strike')
    fraction(impliedVolatility, 'implied volatility')
    fraction(price ?? 0, 'option price')
    finite(delta ?? 0, 'delta')
    fraction(limitPrice ?? 0, 'limit price')
  }
  for (const future of expiry.futures) checkLinear(future, checks)
}

function checkLinear(
  { size, price, mark: index, delta, limitPrice, moveLimit }: ScenarioLinear,
  { finite, fraction, mark }: Checks,
): void {
  mark(index)
  finite(size, 'size of a future')
  fraction(price, 'price of a future')
  finite(delta ?? 0, 'delta')
  fraction(limitPrice ?? 0, 'limit price')
  fraction(moveLimit ?? 0, 'limit of a move')
}

function checkCollateral(
  { value, maintenanceHaircut, initialHaircut }: ScenarioCollateral,
  { finite, terms }: Checks,
): void {
  terms([value])
  finite(maintenanceHaircut, 'haircut')
  finite(initialHaircut, 'haircut')
}

function checkContingency(contingency: ScenarioContingency, checks: Checks): void {
  const { fail, finite, fraction, terms } = checks
  switch (contingency.kind) {
    case 'forward':
      fraction(contingency.up, 'multiplier of spot')
      fraction(contingency.down, 'multiplier of spot')
      finite(contingency.rate, 'rate')
      finite(contingency.ratePerYear, 'rate a year')
      return
    case 'static':
      finite(contingency.perp, 'rate of perps')
      finite(contingency.base, 'rate of collateral')
      finite(contingency.nakedShort, 'rate of naked shorts')
      return
    case 'roll':
      finite(contingency.minimum, 'least move a year')
      finite(contingency.perYear, 'move a year')
      return
    case 'delta':
      fraction(contingency.threshold, 'threshold of delta')
      finite(contingency.slope, 'slope of a charge')
      finite(contingency.cap, 'cap of a charge')
      finite(contingency.step, 'step of a charge')
      if (contingency.step <= 0) fail('a delta charge without a step')
      return
    case 'minimum-delta':
      finite(contingency.unhedged, 'rate of unhedged delta')
      finite(contingency.hedged, 'rate of hedged delta')
      return
    case 'option-formula': {
      fraction(contingency.size, 'size of a charged option')
      const { kind: _kind, ...rates } = contingency.formula
      for (const rate of Object.values(rates)) finite(rate ?? 0, 'rate of an option')
      return
    }
    case 'fixed':
      terms([contingency.amount])
      return
    default:
      fail('a contingency that is not known')
  }
}
