import type {
  CompiledAccount,
  Evaluation,
  Flag,
  ScenarioBook,
  ScenarioTest,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { describeIssues, InvalidRuleError } from '@plimsoll/model'
import type { BookResult, ScenarioResult } from '@plimsoll/risk'
import { evaluateScenarioTest, scenario } from '@plimsoll/risk'
import * as z from 'zod/mini'
import { amountOf } from './decimals.js'
import { MissingParameterError } from './errors.js'
import { healthOf, readOnly } from './evaluation.js'
import type { ModelParameters } from './margin-answer.js'
import { parametersSchema } from './margin-answer.js'
import type { MarkList } from './marks.js'
import { markList } from './marks.js'
import type { MarginBook, OtherMargin, PortfolioMargin } from './portfolio-margin.js'
import { portfolioMargin, scenarioBook } from './portfolio-margin.js'
import type { HeldLinear, HeldOption, Holdings } from './state.js'
import { currencyMark, distanceOf, holdingsOf, unitPrice } from './state.js'

/** What the portfolio rule needs of an account beside its legs. */
export type PortfolioRule = {
  /** Settlement currency of everything in the account. */
  readonly unit: string
  readonly model: ModelParameters
  readonly other: OtherMargin
}

const notNegative = z.number().check(z.minimum(0))
const ruleSchema: z.ZodMiniType<PortfolioRule> = z.object({
  unit: z.string(),
  model: parametersSchema,
  other: z.object({ spot: notNegative, marketMaker: notNegative, openOrders: notNegative }),
})

/**
 * Segregated portfolio margin of one currency, by the parameters that the venue states for the account.
 * Health is equity ÷ maintenance margin.
 */
export const portfolioModule: VenueModule = {
  tag: 'deribit/portfolio',
  version: 1,
  evaluate: evaluatePortfolio,
  compile: compilePortfolio,
  ...readOnly,
}

/** The rule of a portfolio account. @throws InvalidRuleError */
export function ruleOf({ account }: VenueState): PortfolioRule {
  const result = z.safeParse(ruleSchema, account.rule.parameters)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `The rule of account "${account.id}" does not hold the parameters of portfolio margin. Read it again with this version of the Deribit adapter.`,
    { details: describeIssues(result.error) },
  )
}

function compilePortfolio(state: VenueState): CompiledAccount {
  const list = markList()
  const test = portfolioTest(holdingsOf(state), ruleOf(state), list)
  return {
    account: state.account.id,
    marks: list.marks,
    tests: [test],
    combine: 'any',
    errorBound: 1e-12,
  }
}

function evaluatePortfolio(state: VenueState): Evaluation {
  const rule = ruleOf(state)
  const holdings = holdingsOf(state)
  const list = markList()
  const test = portfolioTest(holdings, rule, list)
  const sides = new Float64Array(2)
  scenario(test, new Float64Array(list.marks.length).fill(1), sides)
  const [equity = Number.NaN, requirement = Number.NaN] = sides
  const unit = unitPrice(holdings, rule.unit)
  const { margin } = stressed(test, rule, unit)
  return {
    ...healthOf(equity, requirement),
    equity,
    initialMargin: margin.initial_margin * unit,
    exact: {
      margin_balance: amountOf(equity / unit),
      initial_margin: amountOf(margin.initial_margin),
      maintenance_margin: amountOf(margin.maintenance_margin),
      risk_matrix_margin: amountOf(margin.risk_matrix_margin),
      worst_case: amountOf(margin.worst_case),
      roll_shock: amountOf(margin.roll_shock),
      delta_shock: amountOf(margin.delta_shock),
    },
    flags: margin.delta_shock > 0 ? [DELTA_SHOCK] : [],
  }
}

const DELTA_SHOCK: Flag = {
  code: 'delta-shock',
  severity: 'warning',
  message: 'The position is large enough for the delta shock, whose formula is modelled.',
}

/** A test evaluated at today's marks: in full, and under the venue's names. */
export function stressed(
  test: ScenarioTest,
  { model, other }: PortfolioRule,
  unit: number,
): { readonly result: ScenarioResult; readonly margin: PortfolioMargin } {
  const result = evaluateScenarioTest(test)
  const scale = { unit, factor: model.general.mm_factor }
  const payoffs = new Map(test.books.map(({ name, payoff }) => [name, payoff]))
  // A linear book counts in dollars, the venue in its settlement currency.
  const books = result.books.map((book): BookResult => {
    const perUnit = payoffs.get(book.name) === 'linear' ? unit : 1
    const scaled = (profits: readonly number[]) => profits.map((profit) => profit / perUnit)
    return {
      ...book,
      legs: book.legs.map((leg) => ({ ...leg, scenarios: scaled(leg.scenarios) })),
    }
  })
  return { result, margin: portfolioMargin(result.maintenance, books, other, scale) }
}

/**
 * The account as a scenario test over its marks. Books of different index pairs are asked for each on
 * its own: no relief of one by the other is known.
 *
 * @throws MissingParameterError when the venue stated no parameters for a pair that is held.
 */
export function portfolioTest(
  holdings: Holdings,
  { unit, model, other }: PortfolioRule,
  list: MarkList,
): ScenarioTest {
  const { balances, linear, options } = holdings
  const price = unitPrice(holdings, unit)
  const coin = list.term({ mark: currencyMark(unit), price, amount: 1 })
  const books = booksOf(holdings, model, list).map(({ book, mark }, index): ScenarioBook => {
    const counted = book.payoff === 'inverse' ? coin : { mark: -1, value: 1 }
    const compiled = scenarioBook(book, { index: list.place(mark), unit: counted })
    if (index > 0) return compiled
    const { spot, marketMaker, openOrders } = other
    const perUnit = book.payoff === 'inverse' ? 1 : price
    const fixed = {
      kind: 'fixed',
      name: 'orders and reserves',
      apply: 'added',
      margin: 'initial',
      amount: { mark: -1, value: (spot + marketMaker + openOrders) * perUnit },
    } as const
    return { ...compiled, contingencies: [...compiled.contingencies, fixed] }
  })
  return {
    kernel: 'scenario',
    strict: true,
    normalCdf: 'exact',
    cash: [
      ...balances.map(list.term),
      ...linear.map(({ instrument, quote }) =>
        // What the book counts an inverse future at, −size coins, is a fixed amount of dollars.
        instrument.payoff === 'inverse' ? { mark: -1, value: -quote.amount } : list.term(quote),
      ),
      ...options.map((held) => list.term({ ...held.settlement, amount: distanceOf(held) })),
    ],
    stable: { mark: -1, value: 1 },
    collateral: [],
    books,
    across: 'worst',
    factors: { maintenance: model.general.mm_factor, initial: 1 },
    depeg: null,
  }
}

type Booked = { readonly book: MarginBook; readonly mark: HeldLinear['mark'] }

/** Holdings by index pair, in the order of the pairs' names. */
function booksOf(
  { linear, options }: Holdings,
  model: ModelParameters,
  { place }: MarkList,
): readonly Booked[] {
  const all: readonly (HeldLinear | HeldOption)[] = [...linear, ...options]
  const pairs = [...new Set(all.map(({ instrument }) => instrument.pair))].sort()
  return pairs.flatMap((pair): readonly Booked[] => {
    const isHere = ({ instrument }: HeldLinear | HeldOption) => instrument.pair === pair
    const first = all.find(isHere)
    if (first === undefined) return []
    const { payoff } = first.instrument
    const inverse = payoff === 'inverse'
    const option = options.find(isHere)
    const index = option ?? first
    return [
      {
        mark: index.mark,
        book: {
          pair,
          payoff,
          index: index.price,
          parameters: parametersOf(model, pair),
          linear: linear.filter(isHere).map((held) => ({
            leg: held.leg,
            size: inverse ? -held.quote.amount / held.price : held.size,
            price: held.price,
            mark: place(held.mark),
            years: held.years,
          })),
          options: options.filter(isHere).map((held) => ({
            leg: held.leg,
            right: held.instrument.right,
            size: held.size,
            strike: held.strike,
            forward: held.price * held.basis,
            volatility: held.volatility,
            years: held.years,
          })),
        },
      },
    ]
  })
}

function parametersOf(
  { currency_pair, currency }: ModelParameters,
  pair: string,
): MarginBook['parameters'] {
  const base = pair.split('_')[0] ?? ''
  const ofPair = Object.hasOwn(currency_pair, pair) ? currency_pair[pair] : undefined
  const ofCurrency = Object.hasOwn(currency, base) ? currency[base] : undefined
  if (ofPair !== undefined && ofCurrency !== undefined) return { ...ofPair, ...ofCurrency }
  throw new MissingParameterError(
    `Deribit stated no margin parameters of ${pair} for this account. Read again; until then its margin is unknown.`,
  )
}
