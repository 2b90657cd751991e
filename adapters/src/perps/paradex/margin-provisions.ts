import type { ScenarioContingency, Term } from '@plimsoll/model'
import type { Surroundings, Underlying } from './margin-portfolio.js'
import type { Holdings, Position } from './positions.js'
import { entriesOf, feeProvision, marketOf, OPTION_FEE_CAP } from './positions.js'

/** What maintenance and initial margin hold beside the loss that binds; the factor leaves it alone. */
type Provision = { readonly name: string; readonly initial: Term; readonly maintenance: Term }

/** Sum of sizes of perpetuals among entries. */
function perpSize(holdings: Holdings, entries: readonly Position[]): number {
  return entries.reduce(
    (sum, { market, size }) => (marketOf(holdings, market).kind === 'perp' ? sum + size : sum),
    0,
  )
}

/**
 * Funding of the next hours that the account would pay, USD: of positions for maintenance; for initial
 * margin orders count against positions, as the venue has it.
 */
function fundingProvision(
  holdings: Holdings,
  { spot, fundingRate }: Underlying,
  mark: number,
): Provision {
  const held = perpSize(holdings, holdings.positions)
  const ordered = perpSize(holdings, holdings.orders)
  const paid = (size: number): Term => ({ mark, value: Math.max(0, fundingRate * size * spot) })
  return { name: 'funding', initial: paid(held - ordered), maintenance: paid(held) }
}

/** Fees of closing the perpetuals. */
function perpFees(holdings: Holdings, mark: number): Provision {
  const total = (entries: readonly Position[]): Term => ({
    mark,
    value: entries.reduce((sum, { market: symbol, size }) => {
      const market = marketOf(holdings, symbol)
      return market.kind === 'perp' ? sum + feeProvision(market, Math.abs(size)) : sum
    }, 0),
  })
  const { positions, orders } = holdings
  return {
    name: 'perp fees',
    initial: total([...positions, ...orders]),
    maintenance: total(positions),
  }
}

/** The fee of closing an option: min(rate·spot, cap·mark) a unit. */
export function optionFee(
  leg: string,
  size: number,
  feeRate: number,
  margin: ScenarioContingency['margin'],
): ScenarioContingency {
  return {
    kind: 'option-formula',
    name: 'option fees',
    apply: 'added',
    margin,
    leg,
    size: Math.abs(size),
    formula: { kind: 'premium', premium: OPTION_FEE_CAP, spot: feeRate },
  }
}

/** Funding, fees and balances in other assets, as charges that are added to both margins. */
export function provisions(
  holdings: Holdings,
  underlying: Underlying,
  around: Surroundings,
): readonly ScenarioContingency[] {
  const charged = entriesOf(holdings).flatMap(({ leg, market: symbol, size, limitPrice }) => {
    const market = marketOf(holdings, symbol)
    if (market.kind !== 'option') return []
    return [optionFee(leg, size, market.feeRate, limitPrice === null ? 'both' : 'initial')]
  })
  const balances = holdings.balances.map(({ token, size, price }): Provision => {
    const whole = { mark: around.tokenMark(token), value: Math.abs(size) * price }
    return { name: `balance ${token}`, initial: whole, maintenance: whole }
  })
  const fixed = [
    fundingProvision(holdings, underlying, around.spotMark),
    perpFees(holdings, around.perpMark),
    ...balances,
  ].flatMap(({ name, initial, maintenance }): readonly ScenarioContingency[] => [
    { kind: 'fixed', name, apply: 'added', margin: 'initial', amount: initial },
    { kind: 'fixed', name, apply: 'added', margin: 'maintenance', amount: maintenance },
  ])
  return [...fixed, ...charged]
}
