import type { ScenarioTest } from '@plimsoll/model'
import { ScenarioError } from '../errors.js'
import { compareText } from '../order.js'
import { evaluateScenarioTest } from '../scenario/evaluateScenarioTest.js'
import type { Binding } from '../scenario/result.js'
import { closableLegs, scaleLegs } from './scaleLegs.js'

/** Options of {@link closingOrder} and {@link closingPriorities}. */
export type ClosingOptions = {
  /** Default: maintenance. */
  readonly margin?: 'maintenance' | 'initial'
  /** What it costs to close a leg whole (spread, fees, impact), in the numeraire; positive. */
  readonly cost: (leg: string) => number
}

/** What closing a little of a leg does to the requirement. */
export type ClosingPriority = {
  readonly leg: string
  /** Fall of the requirement per unit of cost, at today's binding scenario; negative: it would rise. */
  readonly reliefPerCost: number
  /** Fall of the requirement if the whole leg went and the binding scenario stayed. */
  readonly relief: number
}

/** Parts of legs that are closed together. */
export type ClosingStep = {
  /** Share of each leg's size at the start that is closed now. */
  readonly close: readonly { readonly leg: string; readonly share: number }[]
  readonly cost: number
  /** Requirement before and after, recomputed in full. */
  readonly before: number
  readonly after: number
  /** What the requirement came from before. */
  readonly binding: Binding
}

/** An order of closing, and whether it reaches the target. */
export type ClosingOrder = {
  readonly steps: readonly ClosingStep[]
  readonly requirement: number
  readonly reached: boolean
}

const MOST_STEPS = 200
/** A step has to lower the requirement by more than rounding would. */
const LEAST_FALL = 1e-9
/** The part of a leg whose closing is measured, small enough that the binding scenario stays. */
const PROBE = 1e-6

/**
 * Legs by how much requirement one unit of cost frees now, best first: the exact requirement after
 * closing a millionth of the leg, charges and haircuts included.
 *
 * @throws ScenarioError when a cost is not a positive number.
 */
export function closingPriorities(
  test: ScenarioTest,
  { margin = 'maintenance', cost }: ClosingOptions,
): readonly ClosingPriority[] {
  const today = evaluateScenarioTest(test)[margin].requirement
  return closableLegs(test)
    .map((leg) => {
      const probed = scaleLegs(test, new Map([[leg, 1 - PROBE]]))
      const relief = (today - evaluateScenarioTest(probed)[margin].requirement) / PROBE
      return { leg, relief, reliefPerCost: relief / costOf(leg, cost) }
    })
    .sort((a, b) => b.reliefPerCost - a.reliefPerCost || compareText(a.leg, b.leg))
}

/**
 * Which legs to close, in which order, until a margin is at most `target`: each step takes the legs
 * that free most requirement per unit of cost, and only until another scenario binds. Where two
 * scenarios bind at once, two legs are closed in the proportion that keeps them level; where that does
 * not help either, a slice of everything.
 *
 * It is greedy, not optimal; every requirement in it is recomputed in full.
 *
 * @throws ScenarioError when a cost is not a positive number or the target not a number.
 */
export function closingOrder(
  test: ScenarioTest,
  target: number,
  { margin = 'maintenance', cost }: ClosingOptions,
): ClosingOrder {
  if (!Number.isFinite(target)) {
    throw new ScenarioError(`The target ${target} is not a number. Give a requirement to reach.`)
  }
  const legs = closableLegs(test)
  for (const leg of legs) costOf(leg, cost)
  const left = new Map(legs.map((leg) => [leg, 1]))
  const steps: ClosingStep[] = []
  let state = stateOf(test, left, margin)
  while (state.requirement > target && steps.length < MOST_STEPS) {
    const step = bestStep(test, left, margin, cost, state, target)
    if (step === null) break
    for (const { leg, share } of step.close)
      left.set(leg, Math.max(0, (left.get(leg) ?? 0) - share))
    state = stateOf(test, left, margin)
    steps.push(step)
  }
  return { steps, requirement: state.requirement, reached: state.requirement <= target }
}

type Margin = 'maintenance' | 'initial'

type State = {
  readonly requirement: number
  readonly binding: Binding
  /** P&L of all that is left in every scenario, and a last entry, 0, for none. */
  readonly totals: readonly number[]
  /** P&L of what is left of each leg, likewise. */
  readonly legs: ReadonlyMap<string, readonly number[]>
}

function stateOf(test: ScenarioTest, left: ReadonlyMap<string, number>, margin: Margin): State {
  const scaled = scaleLegs(test, left)
  const result = evaluateScenarioTest(scaled)
  const { requirement, binding, scenarios } = result[margin]
  const units = new Map(test.books.map(({ name, unit }) => [name, unit.value]))
  const legs = new Map<string, readonly number[]>()
  for (const book of result.books) {
    const unit = units.get(book.name) ?? NaN
    for (const { leg, scenarios: profits } of book.legs) {
      legs.set(leg, [...profits.map((profit) => profit * unit), 0])
    }
  }
  return { requirement, binding, totals: [...scenarios, 0], legs }
}

type Candidate = {
  readonly close: readonly { readonly leg: string; readonly share: number }[]
  readonly cost: number
  readonly after: number
  readonly rate: number
}

function bestStep(
  test: ScenarioTest,
  left: ReadonlyMap<string, number>,
  margin: Margin,
  cost: ClosingOptions['cost'],
  state: State,
  target: number,
): ClosingStep | null {
  const measure = (parts: Parts): Candidate => {
    const after = new Map(left)
    for (const [leg, part] of parts) after.set(leg, (left.get(leg) ?? 0) * (1 - part))
    const close = parts.map(([leg, part]) => ({ leg, share: (left.get(leg) ?? 0) * part }))
    const spent = close.reduce((sum, { leg, share }) => sum + share * cost(leg), 0)
    const requirement = evaluateScenarioTest(scaleLegs(test, after))[margin].requirement
    const fall = state.requirement - requirement
    return { close, cost: spent, after: requirement, rate: fall / spent }
  }
  const open = [...left].filter(([, share]) => share > 0).map(([leg]) => leg)
  const singles = open.flatMap((leg) => {
    const switched = untilSwitch(state, [[leg, 1]])
    return [[[leg, switched]] as const, ...(switched < 1 ? [[[leg, 1]] as const] : [])]
  })
  const found =
    bestOf(singles.map(measure), state) ??
    bestOf(levelPairs(open, state).map(measure), state) ??
    bestOf([measure(open.map((leg) => [leg, 1]))], state)
  if (found === null) return null
  const { close, cost: spent, after } = notBeyond(target, found, state, left, measure)
  return { close, cost: spent, before: state.requirement, after, binding: state.binding }
}

type Parts = readonly (readonly [leg: string, part: number])[]

/** Less of a step that would go beyond the target, where less is enough. */
function notBeyond(
  target: number,
  found: Candidate,
  { requirement }: State,
  left: ReadonlyMap<string, number>,
  measure: (parts: Parts) => Candidate,
): Candidate {
  if (found.after >= target) return found
  const part = (requirement - target) / (requirement - found.after)
  const less = measure(
    found.close.map(({ leg, share }) => [leg, (share * part) / (left.get(leg) ?? NaN)] as const),
  )
  return less.after <= target ? less : found
}

function bestOf(candidates: readonly Candidate[], { requirement }: State): Candidate | null {
  let best: Candidate | null = null
  for (const candidate of candidates) {
    if (!(requirement - candidate.after > LEAST_FALL * Math.abs(requirement))) continue
    if (best === null || candidate.rate > best.rate) best = candidate
  }
  return best
}

/**
 * The part of what is left of some legs, closed in a proportion, at which another scenario begins to
 * bind; 1 where none does before they are closed.
 */
function untilSwitch({ totals, legs }: State, parts: Parts): number {
  const worst = worstOf(totals)
  const slope = (scenario: number) =>
    parts.reduce((sum, [leg, weight]) => sum + weight * (legs.get(leg)?.[scenario] ?? 0), 0)
  const least = totals[worst] ?? 0
  let part = 1
  for (const [scenario, total] of totals.entries()) {
    const faster = slope(scenario) - slope(worst)
    const gap = total - least
    if (faster > 0 && gap > LEAST_FALL * Math.abs(least)) part = Math.min(part, gap / faster)
  }
  return part
}

/** Pairs of legs in the proportion that lowers the two worst scenarios alike. */
function levelPairs(open: readonly string[], state: State): readonly Parts[] {
  const { totals, legs } = state
  const worst = worstOf(totals)
  const second = worstOf(totals.map((total, index) => (index === worst ? Infinity : total)))
  const lead = (leg: string) => (legs.get(leg)?.[worst] ?? 0) - (legs.get(leg)?.[second] ?? 0)
  return open.flatMap((one, index) =>
    open.slice(index + 1).flatMap((other) => {
      const [a, b] = [lead(one), lead(other)]
      if (a * b >= 0) return []
      const ratio = -a / b
      const weights =
        ratio > 1
          ? ([
              [one, 1 / ratio],
              [other, 1],
            ] as const)
          : ([
              [one, 1],
              [other, ratio],
            ] as const)
      const part = untilSwitch(state, weights)
      return [weights.map(([leg, weight]) => [leg, weight * part] as const)]
    }),
  )
}

function worstOf(totals: readonly number[]): number {
  let worst = 0
  for (const [index, total] of totals.entries()) if (total < (totals[worst] ?? 0)) worst = index
  return worst
}

function costOf(leg: string, cost: ClosingOptions['cost']): number {
  const found = cost(leg)
  if (found > 0 && found < Infinity) return found
  throw new ScenarioError(
    `Closing ${leg} costs ${found}. A cost must be a positive number: spread, fees and impact in the numeraire.`,
  )
}
