import type { Check, VenueState } from '@plimsoll/model'
import type { Group, Totals } from './account.js'
import { check, DRIFT, printedUnit } from './checks.js'
import type { MarginSimulation, RiskVectors } from './margin-answer.js'
import { BUCKETS, VOLATILITIES } from './margin-answer.js'
import { markList } from './marks.js'
import type { PortfolioRule } from './portfolio.js'
import { portfolioTest, ruleOf, stressed } from './portfolio.js'
import { holdingsOf, unitPrice } from './state.js'

/**
 * A simulation of the positions as they are against the account and against our own risk matrix: its
 * prices, sizes, each instrument's vectors, the worst case, the roll shock and both margins.
 */
export function simulationChecks(
  { positions }: Group,
  totals: Totals,
  state: VenueState,
  simulation: MarginSimulation,
): readonly Check[] {
  const rule: PortfolioRule = ruleOf(state)
  const holdings = holdingsOf(state)
  const unit = unitPrice(holdings, rule.unit)
  const { margin } = stressed(portfolioTest(holdings, rule, markList()), rule, unit)
  const details = simulation.margins[rule.unit.toLowerCase()]
  if (details === undefined) return []
  const { risk_matrix_margin_details: parts, risk_matrix_margin } = details.initial_margin_details
  const gross = positions.reduce(
    (sum, { size, instrument, ticker }) =>
      sum + Math.abs(size) * (instrument.payoff === 'inverse' ? 1 : ticker.index_price),
    0,
  )
  // Prices move between two answers, and the matrix with them.
  const tolerance = 2 * printedUnit(rule.unit) + DRIFT * gross
  return [
    check('simulated margin', totals.maintenance, details.maintenance_margin, tolerance),
    check('maintenance_margin', details.maintenance_margin, margin.maintenance_margin, tolerance),
    check('initial_margin', details.initial_margin, margin.initial_margin, tolerance),
    check('risk_matrix_margin', risk_matrix_margin, margin.risk_matrix_margin, tolerance),
    check('worst_case', parts.worst_case, margin.worst_case, tolerance),
    check('roll_shock', parts.roll_shock, margin.roll_shock, tolerance),
    ...(parts.delta_shock === 0 && margin.delta_shock === 0
      ? []
      : [check('delta_shock', parts.delta_shock, margin.delta_shock, tolerance)]),
    ...positions.flatMap(({ size, instrument, legs, ticker }) => {
      const { name, pair } = instrument
      const held = simulation.portfolio.position[name] ?? 0
      const index = simulation.index_price[pair] ?? 0
      const ours = margin.vectors[legs[0]?.id ?? '']
      const theirs = simulation.initial_risk_vectors[name]
      const scale = instrument.payoff === 'inverse' ? 1 : ticker.index_price
      return [
        check(`simulated position in ${name}`, held, size, DRIFT * Math.abs(size)),
        check(`simulated index of ${pair}`, index, ticker.index_price, DRIFT * ticker.index_price),
        ...(ours === undefined || theirs === undefined
          ? [check(`risk vectors of ${name}`, 0, 1, 0)]
          : vectorChecks(name, theirs, ours, DRIFT * Math.abs(size) * scale + 1e-9)),
      ]
    }),
    ...Object.keys(simulation.portfolio.position)
      .filter((name) => positions.every(({ instrument }) => instrument.name !== name))
      .map((name) =>
        check(`simulated position in ${name}`, simulation.portfolio.position[name] ?? 0, 0, 0),
      ),
  ]
}

/**
 * The entry that differs most, standard and extended. Which of the three columns of a bucket is which
 * volatility is not documented: a bucket's entries are compared in order of size.
 */
function vectorChecks(
  name: string,
  theirs: RiskVectors,
  ours: RiskVectors,
  tolerance: number,
): readonly Check[] {
  const worst = (kind: keyof RiskVectors): Check => {
    const [reported, recomputed] = furthest(ordered(theirs[kind], kind), ordered(ours[kind], kind))
    return check(`${kind} vector of ${name}`, reported, recomputed, tolerance)
  }
  return [worst('standard'), worst('extended')]
}

function ordered(entries: readonly number[], kind: keyof RiskVectors): readonly number[] {
  if (kind === 'extended') return entries
  return Array.from({ length: 2 * BUCKETS + 1 }, (_, bucket) =>
    entries.slice(bucket * VOLATILITIES, (bucket + 1) * VOLATILITIES).sort((a, b) => a - b),
  ).flat()
}

function furthest(theirs: readonly number[], ours: readonly number[]): readonly [number, number] {
  let found: readonly [number, number] = [0, 0]
  for (const [index, entry] of theirs.entries()) {
    const own = ours[index] ?? 0
    if (Math.abs(entry - own) > Math.abs(found[0] - found[1])) found = [entry, own]
  }
  return found
}
