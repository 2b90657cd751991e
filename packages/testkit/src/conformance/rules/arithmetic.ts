import type { Evaluation, Mark, MarkId, Portfolio, VenueModule, VenueState } from '@plimsoll/model'
import { asOfMs, mulDivHalfUp, PlimsollError, toNumber } from '@plimsoll/model'
import type { Program } from '@plimsoll/risk'
import { compile, evaluateMultipliers } from '@plimsoll/risk'
import type { Bench } from '../bench.js'
import type { Rule, Verdict } from './rule.js'
import { verdict } from './rule.js'
import { stateOf } from './state.js'

/** Doubles hold about 16 digits; sums of a few hundred terms keep 12. */
const RELATIVE = 1e-12
const NUMBERS = ['equity', 'initialMargin', 'maintenanceMargin', 'excess'] as const
/** Moves of one mark, or of all: percent of today's price. */
const MOVES = [-50n, -20n, 20n, 50n] as const

/** The exact evaluator and the compiled one are two ways to the same number. */
export const arithmetic: Rule = {
  name: 'arithmetic',
  statement: 'evaluates and compiles to the same finite health, today and at moved prices',
  check,
}

function check({ adapter, baseline }: Bench): Verdict {
  const { portfolio } = baseline
  const findings: string[] = []
  let compared = 0
  for (const account of portfolio.accounts) {
    const module = adapter.modules.find(
      ({ tag, version }) => tag === account.rule.tag && version === account.rule.version,
    )
    if (module === undefined) continue
    // A portfolio of one account, so that the program's instant is the account's own.
    const alone = { ...portfolio, accounts: [{ ...account, legs: account.legs }] }
    try {
      const at = Math.floor(asOfMs(account.asOf) / 1000)
      const program = compile(alone, { modules: adapter.modules, at })
      const state = stateOf(portfolio, account)
      for (const scenario of scenariosOf(program, portfolio)) {
        compared += 1
        const findingsHere = agree(module, state, program, scenario)
        findings.push(...findingsHere.map((text) => `${account.id} ${scenario.name}: ${text}`))
      }
    } catch (thrown) {
      const kind = thrown instanceof PlimsollError ? '' : 'untyped '
      findings.push(`${account.id}: ${kind}${String(thrown)}`)
    }
  }
  return verdict([...new Set(findings)], `${compared} comparisons`)
}

type PriceScenario = {
  readonly name: string
  readonly marks: ReadonlyMap<MarkId, Mark>
  /** One for each mark of the program and a last 1. */
  readonly multipliers: Float64Array
}

function scenariosOf(program: Program, portfolio: Portfolio): readonly PriceScenario[] {
  const moved = (name: string, percent: (mark: MarkId) => bigint): PriceScenario => {
    const marks = new Map(
      portfolio.marks.map((mark) => [mark.id, movedMark(mark, percent(mark.id))]),
    )
    const multipliers = Float64Array.from([...program.marks.map(() => 1), 1])
    for (const [index, { id, price }] of program.marks.entries()) {
      const mark = marks.get(id)
      if (mark !== undefined && price !== 0) multipliers[index] = toNumber(mark.mid) / price
    }
    return { name, marks, multipliers }
  }
  return [
    moved('today', () => 0n),
    ...MOVES.map((move) => moved(`with all prices ${move} %`, () => move)),
    ...program.marks.flatMap(({ id }) =>
      MOVES.map((move) => moved(`with ${id} ${move} %`, (mark) => (mark === id ? move : 0n))),
    ),
  ]
}

/** Moved in the mark's own decimals: a rule may read them. */
function movedMark(mark: Mark, percent: bigint): Mark {
  const times = ({ raw, decimals }: Mark['mid']) => ({
    raw: mulDivHalfUp(raw, 100n + percent, 100n),
    decimals,
  })
  return { ...mark, min: times(mark.min), mid: times(mark.mid), max: times(mark.max) }
}

function agree(
  module: VenueModule,
  state: VenueState,
  program: Program,
  { marks, multipliers }: PriceScenario,
): readonly string[] {
  const evaluation = module.evaluate({ ...state, marks })
  const [row] = program.accounts
  if (row === undefined || row.compiled === null) {
    const reason = row?.error?.message ?? 'nothing was compiled'
    return evaluation.health.value === null ? [] : [`evaluates but does not compile: ${reason}`]
  }
  const [compiled = Number.NaN] = evaluateMultipliers(program, multipliers, new Float64Array(1))
  return [
    ...notFinite(evaluation),
    ...differing(evaluation, compiled, RELATIVE + row.compiled.errorBound),
    ...contradicting(evaluation, row.compiled.errorBound),
  ]
}

function notFinite(evaluation: Evaluation): readonly string[] {
  const { health } = evaluation
  const named = NUMBERS.map((name) => [name, evaluation[name]] as const)
  return [['health', health.value] as const, ...named]
    .filter(([, value]) => value !== null && !Number.isFinite(value))
    .map(([name, value]) => `${name} is ${value}: use null with a reason`)
}

function differing({ health }: Evaluation, compiled: number, tolerance: number): readonly string[] {
  if (health.value === null) {
    const same = health.reason === 'no-requirement' ? compiled === Infinity : true
    return same ? [] : [`evaluates to "${health.reason}", compiles to ${compiled}`]
  }
  const difference = Math.abs(compiled - health.value)
  if (difference <= tolerance * Math.max(Math.abs(health.value), Math.abs(compiled))) return []
  return [`evaluates to ${health.value}, compiles to ${compiled} (allowed: ${tolerance} relative)`]
}

/** Well above 1 nothing can be liquidated, unless the venue's rule says why in a flag. */
function contradicting(evaluation: Evaluation, errorBound: number): readonly string[] {
  const { health, liquidatable, flags } = evaluation
  if (health.value === null || flags.length > 0) return []
  const margin = RELATIVE + errorBound
  if (liquidatable === true && health.value > 1 + margin) {
    return [`is liquidatable at health ${health.value}`]
  }
  return []
}
