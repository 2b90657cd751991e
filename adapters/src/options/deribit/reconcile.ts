import type { Check, Reconciliation, VenueState } from '@plimsoll/model'
import { reconcile, toNumber } from '@plimsoll/model'
import type { Group, Totals } from './account.js'
import type { CurrencySummary } from './answers.js'
import { CENT, check, DRIFT, PRINTED_PRICE, printedUnit } from './checks.js'
import type { Position } from './holdings.js'
import { standardModule } from './margin.js'
import type { MarginSimulation } from './margin-answer.js'
import { optionRequirements } from './parameters.js'
import { simulationChecks } from './reconcile-simulation.js'
import { optionMargins } from './standard-margin.js'
import { currencyMark } from './state.js'

/**
 * Compares what the venue reports of an account with what follows from its other answers: balances and
 * P&L, each position's value and margins, both margins of the whole, prices against each other.
 * Tolerances follow from printed decimals; between answers that are given one after the other, prices
 * may move by 0.5 %.
 */
export function reconcileAccount(
  group: Group,
  totals: Totals,
  state: VenueState,
  simulation: MarginSimulation | null,
): Reconciliation {
  const { summaries, positions } = group
  const { tag, version } = state.account.rule
  return reconcile(`${tag}@${version}`, [
    ...summaries.flatMap((summary) => balanceChecks(summary, group)),
    ...positions.flatMap((position) => positionChecks(position, group)),
    ...(group.mode.isCross ? crossChecks(group, totals) : []),
    ...(tag === standardModule.tag ? standardChecks(group, totals, state) : []),
    ...(simulation === null ? [] : simulationChecks(group, totals, state, simulation)),
  ])
}

/** Balance, P&L and option value of a currency add up to its equity. */
function balanceChecks(summary: CurrencySummary, { mode, positions }: Group): readonly Check[] {
  const { currency, balance, equity, margin_balance, options_value } = summary
  const { futures_session_upl: unrealised, futures_session_rpl: realised } = summary
  const here = positions.filter(({ instrument }) => instrument.settlement === currency)
  const rounding = printedUnit(currency) * (4 + here.length)
  const options = here
    .filter(({ model }) => model !== null)
    .reduce((sum, { answer }) => sum + answer.size * answer.mark_price, 0)
  const futures = here
    .filter(({ model }) => model === null)
    .reduce((sum, { answer }) => sum + answer.floating_profit_loss, 0)
  const named = (name: string) => `${name} of ${currency}`
  return [
    ...(options === 0 && options_value === 0
      ? []
      : [check(named('options_value'), options_value, options, rounding + priceRounding(here))]),
    ...(mode.isCross
      ? []
      : [
          check(
            named('margin_balance'),
            margin_balance,
            mode.margin === 'portfolio' ? equity : equity - options_value,
            rounding,
          ),
        ]),
    ...(unrealised === undefined || realised === undefined
      ? []
      : [
          check(named('equity'), equity, balance + unrealised + realised + options_value, rounding),
          ...(futures === 0 && unrealised === 0
            ? []
            : [
                check(
                  named('futures_session_upl'),
                  unrealised,
                  futures,
                  rounding + DRIFT * Math.abs(futures),
                ),
              ]),
        ]),
  ]
}

const priceRounding = (positions: readonly Position[]): number =>
  positions
    .filter(({ model }) => model !== null)
    .reduce((sum, { size }) => sum + Math.abs(size) * PRINTED_PRICE, 0)

function positionChecks(
  { answer, instrument, ticker, size, model }: Position,
  { prices, mode }: Group,
): readonly Check[] {
  const { name, settlement, payoff } = instrument
  const checks = [
    check(
      `index_price of ${name}`,
      answer.index_price,
      ticker.index_price,
      DRIFT * ticker.index_price,
    ),
    check(
      `mark_price of ${name}`,
      answer.mark_price,
      ticker.mark_price,
      DRIFT * ticker.mark_price + (model === null ? 0 : PRINTED_PRICE + DRIFT),
    ),
  ]
  if (payoff === 'inverse') {
    const { result } = prices.currency(settlement)
    checks.push(check(`index of ${name}`, ticker.index_price, result, DRIFT * result))
  }
  if (model !== null) {
    // An index that moved between two answers moves an option by at most as many units.
    const unit = payoff === 'inverse' ? 1 : ticker.index_price
    const tolerance = PRINTED_PRICE + model.spread + DRIFT * unit
    checks.push(check(`model of ${name}`, answer.mark_price, model.price, tolerance))
    if (mode.margin === 'standard') checks.push(...optionMarginChecks(answer, instrument, ticker))
    return checks
  }
  const stated =
    payoff === 'inverse' ? answer.size / answer.mark_price : (answer.size_currency ?? answer.size)
  checks.push(check(`size_currency of ${name}`, size, stated, 1e-9 + 1e-6 * Math.abs(stated)))
  return checks
}

/** The margins that the venue states of an option against the formula, at the prices beside them. */
function optionMarginChecks(
  { size, mark_price: mark, initial_margin, maintenance_margin, index_price }: Position['answer'],
  instrument: Position['instrument'],
  ticker: Position['ticker'],
): readonly Check[] {
  if (instrument.kind !== 'option' || size > 0) return []
  const { name, right, strike, underlying, payoff } = instrument
  const requirements = optionRequirements(underlying)
  if (requirements === null) return []
  const unit = payoff === 'inverse' ? 1 : index_price
  const margins = optionMargins(
    {
      right,
      size,
      mark,
      strike: Number(strike),
      forward: ticker.underlying_price ?? ticker.index_price,
      underlying: unit,
    },
    requirements,
  )
  const tolerance = printedUnit(instrument.settlement) + Math.abs(size) * unit * DRIFT
  return [
    check(`initial_margin of ${name}`, initial_margin, margins.initial, tolerance),
    check(`maintenance_margin of ${name}`, maintenance_margin, margins.maintenance, tolerance),
  ]
}

/** Totals in USD against the currencies at their own prices. */
function crossChecks(
  { summaries, prices, mode, positions }: Group,
  totals: Totals,
): readonly Check[] {
  const value = (amount: (summary: CurrencySummary) => number) =>
    summaries.reduce(
      (sum, summary) => sum + amount(summary) * prices.currency(summary.currency).result,
      0,
    )
  const gross = value(({ equity }) => Math.abs(equity))
  const equity = value((summary) => summary.equity)
  const options = value((summary) => summary.options_value)
  const tolerance = CENT + DRIFT * gross
  const balance = mode.margin === 'portfolio' ? totals.equity : totals.equity - options
  return [
    check('total_equity_usd', totals.equity, equity, tolerance),
    check(
      'total_margin_balance_usd',
      totals.marginBalance,
      balance,
      CENT + (positions.length === 0 ? 0 : DRIFT * Math.abs(options)),
    ),
    ...summaries.slice(1).flatMap((summary) => sameTotals(summary, totals)),
    ...summaries.map((summary) => {
      const stated = totals.maintenance / prices.currency(summary.currency).result
      return check(
        `maintenance_margin in ${summary.currency}`,
        summary.maintenance_margin,
        stated,
        printedUnit(summary.currency) + DRIFT * stated,
      )
    }),
  ]
}

/** Every currency of a cross account states the same totals. */
function sameTotals(summary: CurrencySummary, totals: Totals): readonly Check[] {
  const stated = [
    ['total_equity_usd', summary.total_equity_usd, totals.equity],
    ['total_initial_margin_usd', summary.total_initial_margin_usd, totals.initial],
    ['total_maintenance_margin_usd', summary.total_maintenance_margin_usd, totals.maintenance],
  ] as const
  return stated.map(([name, reported, first]) =>
    check(`${name} of ${summary.currency}`, reported ?? Number.MAX_SAFE_INTEGER, first, CENT),
  )
}

/** Both margins of a standard account against the sum of its positions'. */
function standardChecks(
  { positions, prices }: Group,
  totals: Totals,
  state: VenueState,
): readonly Check[] {
  const { exact } = standardModule.evaluate(state)
  const margin = (name: 'initial_margin' | 'maintenance_margin') => {
    const amount = exact[name]
    return amount === undefined ? Number.MAX_SAFE_INTEGER : toNumber(amount)
  }
  const unit = state.marks.get(currencyMark(totals.unit))
  const price = unit === undefined ? 1 : toNumber(unit.mid)
  const gross = positions.reduce(
    (sum, { answer, instrument }) =>
      sum +
      ((answer.initial_margin + Math.abs(answer.size) * (instrument.kind === 'option' ? 0.01 : 0)) *
        prices.currency(instrument.settlement).result) /
        price,
    0,
  )
  const tolerance =
    (totals.unit === 'USD' ? CENT : printedUnit(totals.unit)) * (1 + positions.length) +
    DRIFT * gross
  return [
    check('initial_margin', totals.initial, margin('initial_margin'), tolerance),
    check('maintenance_margin', totals.maintenance, margin('maintenance_margin'), tolerance),
  ]
}
