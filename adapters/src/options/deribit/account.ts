import type {
  Amount,
  Asset,
  Flag,
  MarginAccount,
  Mark,
  Native,
  OwnerId,
  VenueState,
} from '@plimsoll/model'
import {
  accountId,
  addAmounts,
  multiplyAmounts,
  negateAmount,
  nodeId,
  reconcile,
  toNumber,
} from '@plimsoll/model'
import type { CurrencySummary } from './answers.js'
import { currencyAsset } from './assets.js'
import { exactDecimal } from './decimals.js'
import { MissingParameterError } from './errors.js'
import { FIDELITY, FUTURES_FIDELITY } from './fidelity.js'
import type { Position, Prices } from './holdings.js'
import { markOf } from './holdings.js'
import type { StandardRule } from './margin.js'
import { standardMargins, standardModule } from './margin.js'
import type { MarginSimulation } from './margin-answer.js'
import type { MarginMode } from './mode.js'
import { optionRequirements, PARAMETERS } from './parameters.js'
import type { PortfolioRule } from './portfolio.js'
import { portfolioModule } from './portfolio.js'
import { reconcileAccount } from './reconcile.js'
import type { ReportedRule } from './reported.js'
import { reportedModule } from './reported.js'
import { currencyMark, holdingsOf } from './state.js'

/** An account of the model with what it refers to. */
export type BuiltAccount = {
  readonly account: MarginAccount
  readonly assets: readonly Asset[]
  readonly marks: readonly Mark[]
}

/** What one margin account at the venue is made of. */
export type Group = {
  /** Number of the account at the venue. */
  readonly number: string
  readonly owner: OwnerId
  readonly mode: MarginMode
  /** One where margin is segregated. */
  readonly summaries: readonly CurrencySummary[]
  readonly positions: readonly Position[]
  readonly prices: Prices
  /** Of the summaries, Unix milliseconds. */
  readonly timeMs: number
  /** @throws PlimsollError when it could not be read */
  readonly simulation: (currency: string) => MarginSimulation
}

/** What the venue reports of a group, in its unit. */
export type Totals = {
  /** The currency, or `USD` over all of them. */
  readonly unit: string
  readonly equity: number
  readonly marginBalance: number
  readonly initial: number
  readonly maintenance: number
}

/**
 * Builds one margin account: a currency where margin is segregated, else all of them.
 *
 * @throws MissingParameterError and others when something that it needs was not read.
 */
export function buildAccount(group: Group): BuiltAccount {
  const { number, owner, mode, summaries, positions, prices, timeMs } = group
  const totals = totalsOf(group)
  const currencies = summaries.map(({ currency }) => {
    const { result, timeMs: at } = prices.currency(currency)
    const asset = currencyAsset(currency)
    return {
      asset,
      mark: markOf(currencyMark(currency), asset, result, { feed: 'index', timeMs: at }),
    }
  })
  const why = whatIsNotPublished(group)
  const simulation =
    mode.margin === 'portfolio' && !mode.isCross ? group.simulation(totals.unit) : null
  const { tag, version } =
    why !== null ? reportedModule : simulation !== null ? portfolioModule : standardModule
  const marks = unique([
    ...currencies.map(({ mark }) => mark),
    ...positions.flatMap((position) => position.marks),
  ])
  const draft: MarginAccount = {
    id: accountId(`deribit/${number}/${mode.isCross ? 'cross' : totals.unit}`),
    owner,
    venue: 'deribit',
    label: `Deribit ${number}, ${mode.isCross ? 'cross' : `${totals.unit}, segregated`} ${mode.margin} margin`,
    asOf: { kind: 'time', timeMs },
    recourse: false,
    legs: [
      ...summaries.map((summary) => balanceLeg(summary, positions)),
      ...positions.flatMap(({ legs }) => legs),
    ],
    dependsOn: [{ node: nodeId('venue:deribit'), lossGivenFailure: 1 }],
    rule: { tag, version, numeraire: 'USD', modes: {}, parameters: null, shared: [] },
    reconciliation: reconcile('', []),
    fidelity:
      simulation !== null && positions.every(({ model }) => model === null)
        ? FUTURES_FIDELITY
        : FIDELITY[mode.name],
    flags: [...(why === null ? [] : [reportedOnly(why)]), ...settling(group)],
  }
  const state: VenueState = {
    account: draft,
    marks: new Map(marks.map((mark) => [mark.id, mark])),
    assets: new Map(),
    shared: new Map(),
    at: prices.at,
  }
  const parameters =
    why !== null
      ? reportedRule(totals, marks, prices)
      : simulation !== null
        ? portfolioRule(simulation, totals)
        : standardRule(totals, state)
  const account: MarginAccount = {
    ...draft,
    rule: {
      tag,
      version,
      numeraire: 'USD',
      modes: {
        margin: mode.name,
        ...(tag === standardModule.tag ? { parameters: PARAMETERS } : {}),
      },
      parameters: parameters as Native,
      shared: [],
    },
  }
  return {
    account: {
      ...account,
      reconciliation: reconcileAccount(group, totals, { ...state, account }, simulation),
    },
    assets: unique([
      ...currencies.map(({ asset }) => asset),
      ...positions.flatMap(({ assets }) => assets),
    ]),
    marks,
  }
}

/** What the venue states of a group as a whole. @throws MissingParameterError without totals */
function totalsOf({ mode, summaries, number }: Group): Totals {
  const [first] = summaries
  if (first === undefined) {
    throw new MissingParameterError(`Deribit shows no currency of account ${number}. Read again.`)
  }
  if (!mode.isCross) {
    return {
      unit: first.currency,
      equity: first.equity,
      marginBalance: first.margin_balance,
      initial: first.initial_margin,
      maintenance: first.maintenance_margin,
    }
  }
  const {
    total_equity_usd: equity,
    total_margin_balance_usd: marginBalance,
    total_initial_margin_usd: initial,
    total_maintenance_margin_usd: maintenance,
  } = first
  if (
    equity === undefined ||
    marginBalance === undefined ||
    initial === undefined ||
    maintenance === undefined
  ) {
    throw new MissingParameterError(
      `Deribit states no totals in USD of the cross account ${number}. Read again; until then its margin is unknown.`,
    )
  }
  return { unit: 'USD', equity, marginBalance, initial, maintenance }
}

/** The balance, with P&L of futures: equity without the options' marks. */
function balanceLeg(
  { currency, equity }: CurrencySummary,
  positions: readonly Position[],
): MarginAccount['legs'][number] {
  const options = positions
    .filter(({ instrument, model }) => model !== null && instrument.settlement === currency)
    .map(({ answer }) =>
      multiplyAmounts(exactDecimal(answer.size), exactDecimal(answer.mark_price)),
    )
  const worth = options.reduce(addAmounts, { raw: 0n, decimals: 0 } satisfies Amount)
  return {
    kind: 'cash',
    id: `cash:${currency}`,
    asset: currencyAsset(currency).id,
    mark: currencyMark(currency),
    amount: addAmounts(exactDecimal(equity), negateAmount(worth)),
  }
}

/** Why the margins cannot be recomputed, or null. */
function whatIsNotPublished({ mode, positions }: Group): string | null {
  if (mode.margin === 'portfolio') {
    return mode.isCross
      ? 'the venue does not publish how cross portfolio margin relieves one currency by another'
      : null
  }
  const odd = positions.find(
    ({ instrument }) =>
      instrument.kind === 'option' && optionRequirements(instrument.underlying) === null,
  )
  return odd === undefined ? null : `no document states the margin of ${odd.instrument.name}`
}

const reportedOnly = (why: string): Flag => ({
  code: 'reported-only',
  severity: 'warning',
  message: `The margins are the venue's own, known at the prices read and at no others: ${why}.`,
})

/** Options and futures are settled to an average over the 30 minutes before they expire. */
const SETTLEMENT_SECONDS = 1800

function settling({ positions, prices }: Group): readonly Flag[] {
  const found = positions.find(
    ({ instrument }) =>
      instrument.kind !== 'perpetual' && instrument.expiry - prices.at < SETTLEMENT_SECONDS,
  )
  if (found === undefined) return []
  const message = `${found.instrument.name} is being settled to an average price, which its margin and deltas here do not follow.`
  return [{ code: 'settlement-window', severity: 'warning', message }]
}

function reportedRule(totals: Totals, marks: readonly Mark[], prices: Prices): ReportedRule {
  const unit = totals.unit === 'USD' ? 1 : prices.currency(totals.unit).result
  return {
    initial: totals.initial * unit,
    maintenance: totals.maintenance * unit,
    excluded: (totals.equity - totals.marginBalance) * unit,
    prices: Object.fromEntries(marks.map(({ id, mid }) => [id, toNumber(mid)])),
  }
}

function portfolioRule(
  { model_params: model, margins }: MarginSimulation,
  { unit }: Totals,
): PortfolioRule {
  const key = unit.toLowerCase()
  const details = Object.hasOwn(margins, key) ? margins[key] : undefined
  if (details === undefined) {
    throw new MissingParameterError(
      `Deribit simulated no margin of ${unit}. Read again; until then its margin is unknown.`,
    )
  }
  const { spot_margin, mmp_margin, open_orders_margin } = details.initial_margin_details
  return {
    unit,
    model,
    other: { spot: spot_margin, marketMaker: mmp_margin, openOrders: open_orders_margin },
  }
}

function standardRule({ unit, initial }: Totals, state: VenueState): StandardRule {
  const holdings = holdingsOf(state)
  const options = Object.fromEntries(
    holdings.options.flatMap(({ instrument: { underlying } }) => {
      const requirements = optionRequirements(underlying)
      return requirements === null ? [] : [[underlying, requirements]]
    }),
  )
  const margins = standardMargins(holdings, { options })
  const mark = unit === 'USD' ? undefined : state.marks.get(currencyMark(unit))
  const price = mark === undefined ? 1 : toNumber(mark.mid)
  return { unit, options, otherInitial: Math.max(0, initial - margins.initial / price) }
}

function unique<Item extends { readonly id: string }>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [item.id, item])).values()]
}
