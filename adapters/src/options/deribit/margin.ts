import type {
  CompiledAccount,
  Evaluation,
  StandardMarket,
  StandardTest,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { describeIssues, InvalidRuleError } from '@plimsoll/model'
import { standard } from '@plimsoll/risk'
import * as z from 'zod/mini'
import { amountOf } from './decimals.js'
import { healthOf, readOnly } from './evaluation.js'
import type { MarkList } from './marks.js'
import { markList } from './marks.js'
import type { OptionRequirements } from './parameters.js'
import type { MarginedOption, Margins } from './standard-margin.js'
import { optionMargins } from './standard-margin.js'
import type { HeldLinear, HeldOption, Holdings } from './state.js'
import { distanceOf, holdingsOf, modelValue, unitPrice } from './state.js'

/** What the standard rule needs of an account beside its legs. */
export type StandardRule = {
  /** Currency that the venue states the account's margins in: its own, or `USD` over all of them. */
  readonly unit: string
  /** Initial margin of resting orders and reserves, which no position explains; in the unit. */
  readonly otherInitial: number
  readonly options: { readonly [underlying: string]: OptionRequirements }
}

const share = z.number().check(z.minimum(0), z.maximum(1))
const ruleSchema: z.ZodMiniType<StandardRule> = z.object({
  unit: z.string(),
  otherInitial: z.number().check(z.minimum(0)),
  options: z.record(
    z.string(),
    z.object({ initialOut: share, initialFloor: share, maintenance: share }),
  ),
})

/**
 * Standard margin, of one currency or over all of them: every position on its own. Health is equity ÷
 * (equity − (margin balance − maintenance margin)): 1 where the venue liquidates. The margin balance
 * leaves options out, their marks are in the margins.
 */
export const standardModule: VenueModule = {
  tag: 'deribit/standard',
  version: 1,
  evaluate: evaluateStandard,
  compile: (state) => {
    const list = markList()
    const test = standardTest(holdingsOf(state), ruleOf(state), list)
    return compiled(state, test, list)
  },
  ...readOnly,
}

function compiled(
  { account }: VenueState,
  test: StandardTest,
  { marks }: MarkList,
): CompiledAccount {
  return { account: account.id, marks, tests: [test], combine: 'any', errorBound: 1e-12 }
}

/** The rule of a standard account. @throws InvalidRuleError */
export function ruleOf({ account }: VenueState): StandardRule {
  const result = z.safeParse(ruleSchema, account.rule.parameters)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `The rule of account "${account.id}" does not hold the parameters of standard margin. Read it again with this version of the Deribit adapter.`,
    { details: describeIssues(result.error) },
  )
}

function evaluateStandard(state: VenueState): Evaluation {
  const rule = ruleOf(state)
  const holdings = holdingsOf(state)
  const list = markList()
  const test = standardTest(holdings, rule, list)
  const sides = new Float64Array(2)
  standard(test, new Float64Array(list.marks.length).fill(1), sides)
  const [equity = Number.NaN, requirement = Number.NaN] = sides
  const margins = standardMargins(holdings, rule)
  const options = holdings.options.reduce((total, held) => total + worthOf(held), 0)
  const unit = unitPrice(holdings, rule.unit)
  const initial = margins.initial + rule.otherInitial * unit
  return {
    ...healthOf(equity, requirement),
    equity,
    // Beside equity, which has options in it, the margins lose what the marks of options add.
    initialMargin: initial + options,
    exact: {
      margin_balance: amountOf((equity - options) / unit),
      initial_margin: amountOf(initial / unit),
      maintenance_margin: amountOf(margins.maintenance / unit),
    },
    flags: [],
  }
}

/** Value of an option position at the venue's mark, in USD. */
const worthOf = (held: HeldOption): number =>
  modelValue(held) + distanceOf(held) * held.settlement.price

/** Margins of all positions as the venue defines them, in USD. */
export function standardMargins(
  { linear, options }: Pick<Holdings, 'linear' | 'options'>,
  { options: requirements }: Pick<StandardRule, 'options'>,
): Margins {
  let initial = 0
  let maintenance = 0
  for (const held of linear) {
    const notional = notionalOf(held)
    initial += held.initialRate * notional
    maintenance += held.maintenanceRate * notional
  }
  for (const held of options) {
    const margins = optionMargins(marginedOption(held), requirementsOf(held, requirements))
    initial += margins.initial * held.settlement.price
    maintenance += margins.maintenance * held.settlement.price
  }
  return { initial, maintenance }
}

/** An option as the formula takes it, in its settlement currency. */
export function marginedOption(held: HeldOption): MarginedOption {
  const { instrument, size, strike, price, basis, settlement } = held
  const one = { ...held, size: 1 }
  return {
    right: instrument.right,
    size,
    strike,
    forward: price * basis,
    mark: worthOf(one) / settlement.price,
    underlying: instrument.payoff === 'inverse' ? 1 : price / settlement.price,
  }
}

/** The notional of an inverse contract is a fixed amount of dollars, that of a linear one is not. */
function notionalOf({ instrument, quote, size, price }: HeldLinear): number {
  return Math.abs(instrument.payoff === 'inverse' ? quote.amount : size * price)
}

function requirementsOf(
  { instrument: { underlying } }: HeldOption,
  requirements: StandardRule['options'],
): OptionRequirements {
  const found = Object.hasOwn(requirements, underlying) ? requirements[underlying] : undefined
  if (found !== undefined) return found
  throw new InvalidRuleError(
    `No standard margin of options on ${underlying} is in the account's rule. Read it again with this version of the Deribit adapter.`,
  )
}

/** The account as a standard test over its marks; each option is a market of its own: nothing nets. */
function standardTest(
  { balances, linear, options }: Holdings,
  rule: StandardRule,
  list: MarkList,
): StandardTest {
  const inverse = linear.filter(({ instrument }) => instrument.payoff === 'inverse')
  return {
    kernel: 'standard',
    strict: true,
    cash: [
      ...balances.map(list.term),
      ...linear.map(({ quote }) => list.term(quote)),
      ...inverse.map((held) => list.term({ ...held, amount: held.size })),
      ...options.map((held) => list.term({ ...held.settlement, amount: distanceOf(held) })),
    ],
    stable: { mark: -1, value: 1 },
    credit: -inverse.reduce((sum, held) => sum + held.maintenanceRate * notionalOf(held), 0),
    markets: [
      ...linear
        .filter(({ instrument }) => instrument.payoff === 'linear')
        .map((held) => linearMarket(held, list)),
      ...options.map((held) => optionMarket(held, requirementsOf(held, rule.options), list)),
    ],
  }
}

const NOTHING = {
  perpRequirement: 0,
  baseFactor: 0,
  callSpotRequirement: 0,
  putSpotRequirement: 0,
  putMarkRequirement: 0,
  unpairedScale: 0,
}

function linearMarket(
  { size, price, mark, maintenanceRate }: HeldLinear,
  { place }: MarkList,
): StandardMarket {
  return {
    spot: price,
    spotMark: place(mark),
    perp: { size, price, mark: place(mark) },
    base: 0,
    expiries: [],
    parameters: { ...NOTHING, perpRequirement: maintenanceRate },
  }
}

/** Above any price of a call ÷ its forward, so that no call counts at its maximum loss. */
const NEVER_PAIRED = 2

function optionMarket(
  { instrument, size, price, mark, basis, years, strike, volatility }: HeldOption,
  { maintenance }: OptionRequirements,
  { place }: MarkList,
): StandardMarket {
  // An inverse option is worth its price ÷ forward in coins, hence price ÷ basis in dollars.
  const scale = instrument.payoff === 'inverse' ? basis : 1
  const { right } = instrument
  return {
    spot: price,
    spotMark: place(mark),
    perp: null,
    base: 0,
    expiries: [
      {
        years,
        forward: price * basis,
        forwardMark: place(mark),
        forwardFixed: 0,
        options: [{ right, size: size / scale, strike, impliedVolatility: volatility }],
      },
    ],
    parameters: {
      ...NOTHING,
      callSpotRequirement: maintenance * scale,
      putSpotRequirement: maintenance * scale,
      putMarkRequirement: maintenance,
      unpairedScale: NEVER_PAIRED,
    },
  }
}
