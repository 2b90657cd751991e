import type { VenueState } from '@plimsoll/model'
import { UnsupportedVenueStateError } from '@plimsoll/model'
import { evaluateScenarioTest } from '@plimsoll/risk'
import { deltaOf } from '../deltas.js'
import { marginedOption, standardModule, ruleOf as standardRuleOf } from '../margin.js'
import { markList } from '../marks.js'
import { portfolioModule, portfolioTest, ruleOf } from '../portfolio.js'
import { optionMargins } from '../standard-margin.js'
import type { HeldLinear, HeldOption, Holdings } from '../state.js'
import { holdingsOf } from '../state.js'

/** One thing that the venue does to an account whose margin is too low, in its order. */
export type LiquidationStep =
  | {
      readonly kind: 'close'
      /** Leg of the account. */
      readonly leg: string
      readonly instrument: string
      /** What is traded: opposite to the position, in the underlying. */
      readonly size: number
      /** Maintenance margin that closing all of it takes away, in USD. */
      readonly relief: number
      readonly reason: string
    }
  | {
      readonly kind: 'hedge'
      /** A perpetual, in which a position may be opened. */
      readonly instrument: string
      readonly size: number
      readonly relief: number
      readonly reason: string
    }

/**
 * What the venue liquidates, in its order, as long as the maintenance margin exceeds the margin balance.
 * It works in small orders, about one a second, and stops as soon as the margin is met: the sizes here
 * are the most of each step.
 *
 * Portfolio margin: the instrument whose closing takes most from the risk matrix; the next if its order
 * does not trade; if none does, a hedge of the delta with the perpetual where that lowers the margin.
 * Standard margin: futures and perpetuals first, as far as they bring the delta nearer to 0; then
 * options that do; then what is left.
 *
 * Sources: support.deribit.com "Liquidations" and the release of 2023-08-01, read 2026-11; for standard
 * margin deribit.com/docs/auto-liquidation, older.
 *
 * @example
 * const [first] = liquidationOrder(state)
 *
 * @throws UnsupportedVenueStateError for an account whose margin is known as reported only; otherwise
 * as the account's module.
 */
export function liquidationOrder(state: VenueState): readonly LiquidationStep[] {
  const { tag } = state.account.rule
  if (tag === portfolioModule.tag) return portfolioOrder(state)
  if (tag === standardModule.tag) return standardOrder(state)
  throw new UnsupportedVenueStateError(
    `The margin of account "${state.account.id}" is known as the venue reports it, not by instrument: no order of liquidation follows. Ask the venue for a simulation.`,
  )
}

function portfolioOrder(state: VenueState): readonly LiquidationStep[] {
  const rule = ruleOf(state)
  const holdings = holdingsOf(state)
  const marginOf = (held: Holdings): number =>
    evaluateScenarioTest(portfolioTest(held, rule, markList())).maintenance.requirement
  const whole = marginOf(holdings)
  const closes = [...holdings.linear, ...holdings.options]
    .map((held) => ({ held, relief: whole - marginOf(without(holdings, held.leg)) }))
    .filter(({ relief }) => relief > 0)
    .sort((a, b) => b.relief - a.relief || byText(a.held.leg, b.held.leg))
    .map(({ held, relief }, rank) =>
      closing(
        held,
        relief,
        rank === 0
          ? 'It contributes most to the risk matrix.'
          : `Where nothing before it trades: number ${rank + 1} in the risk matrix.`,
      ),
    )
  return [...closes, ...hedgesOf(holdings, whole, marginOf)]
}

function without({ balances, linear, options }: Holdings, leg: string): Holdings {
  return {
    balances,
    linear: linear.filter((held) => held.leg !== leg),
    options: options.filter((held) => held.leg !== leg),
  }
}

/** A perpetual against the net delta of each index pair, where it lowers the margin. */
function hedgesOf(
  holdings: Holdings,
  whole: number,
  marginOf: (held: Holdings) => number,
): readonly LiquidationStep[] {
  return pairsOf(holdings).flatMap(({ pair, held, delta }): readonly LiquidationStep[] => {
    const [first] = held
    if (first === undefined || delta === 0) return []
    const { underlying, settlement, payoff } = first.instrument
    const symbol = payoff === 'inverse' ? underlying : `${underlying}_${settlement}`
    const perpetual: HeldLinear = {
      leg: 'hedge',
      instrument: {
        kind: 'perpetual',
        name: `${symbol}-PERPETUAL`,
        underlying,
        settlement,
        payoff,
        pair,
      },
      mark: first.mark,
      price: first.price,
      size: -delta,
      quote: { leg: 'quote', mark: first.mark, price: 1, amount: delta * first.price },
      years: 0,
      initialRate: 0,
      maintenanceRate: 0,
    }
    const relief = whole - marginOf({ ...holdings, linear: [...holdings.linear, perpetual] })
    if (relief <= 0) return []
    const reason = 'Where no position can be closed: the perpetual takes the delta away.'
    return [{ kind: 'hedge', instrument: perpetual.instrument.name, size: -delta, relief, reason }]
  })
}

type Held = HeldLinear | HeldOption
type HeldPair = {
  readonly pair: string
  readonly held: readonly Held[]
  /** In the underlying. */
  readonly delta: number
}

/** Positions by index pair, the largest net delta first. */
function pairsOf({ linear, options }: Holdings): readonly HeldPair[] {
  const all: readonly Held[] = [...linear, ...options]
  const names = [...new Set(all.map(({ instrument }) => instrument.pair))]
  return names
    .map((pair) => {
      const held = all.filter(({ instrument }) => instrument.pair === pair)
      const delta = held.reduce((sum, position) => sum + deltaOf(position), 0)
      return { pair, held, delta, worth: Math.abs(delta * (held[0]?.price ?? 0)) }
    })
    .sort((a, b) => b.worth - a.worth || byText(a.pair, b.pair))
}

function standardOrder(state: VenueState): readonly LiquidationStep[] {
  const { options: requirements } = standardRuleOf(state)
  const reliefOf = (held: Held): number => {
    if ('quote' in held) return held.maintenanceRate * Math.abs(held.size * held.price)
    const table = requirements[held.instrument.underlying]
    return table === undefined
      ? 0
      : optionMargins(marginedOption(held), table).maintenance * held.settlement.price
  }
  return pairsOf(holdingsOf(state)).flatMap(({ held, delta }) => {
    const ranked = held
      .map((position) => ({ position, relief: reliefOf(position), own: deltaOf(position) }))
      .sort(
        (a, b) =>
          Math.abs(b.own) - Math.abs(a.own) ||
          b.relief - a.relief ||
          byText(a.position.leg, b.position.leg),
      )
    const step = (kind: 'linear' | 'option', brings: boolean, reason: string) =>
      ranked
        .filter(
          ({ position, own }) =>
            'quote' in position === (kind === 'linear') && own * delta > 0 === brings,
        )
        .map(({ position, relief }) => closing(position, relief, reason))
    return [
      ...step('linear', true, 'A future, and closing it brings the delta nearer to 0.'),
      ...step('option', true, 'No future brings the delta nearer to 0, this option does.'),
      ...step('linear', false, 'What is left: a future.'),
      ...step('option', false, 'What is left: an option.'),
    ]
  })
}

const closing = (
  { leg, instrument, size }: Held,
  relief: number,
  reason: string,
): LiquidationStep => ({
  kind: 'close',
  leg,
  instrument: instrument.name,
  size: -size,
  relief,
  reason,
})

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
