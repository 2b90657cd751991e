import type {
  Amount,
  CashLeg,
  Flag,
  Leg,
  MarginAccount,
  Native,
  OptionLeg,
  OwnerId,
  PerpLeg,
  SharedKey,
} from '@plimsoll/model'
import {
  accountId,
  addAmounts,
  formatAmount,
  multiplyAmounts,
  negateAmount,
  nodeId,
  reconcile,
  UnsupportedVenueStateError,
} from '@plimsoll/model'
import type {
  AccountAnswer,
  BalanceAnswer,
  InfoAnswer,
  MethodologyAnswer,
  OrderAnswer,
  PositionAnswer,
} from './answers.js'
import { SETTLEMENT, tokenAsset, underlyingAsset } from './assets.js'
import type { Book, PublicAnswers } from './book.js'
import { balanceMark, marketIn, settlementMark, underlyingIn } from './book.js'
import { unsupported } from './errors.js'
import { FIDELITY } from './fidelity.js'
import { crossModule, FORMULA_VERSION, portfolioModule } from './margin.js'
import type { Quote } from './markets.js'
import { reconcileAccount } from './reconcile.js'
import { marketKey, perpMark, spotMark } from './state.js'

/** What the venue answered about one account. */
export type AccountReading = {
  readonly owner: OwnerId
  readonly summary: AccountAnswer
  readonly information: InfoAnswer
  readonly methodology: MethodologyAnswer
  readonly positions: readonly PositionAnswer[]
  readonly orders: readonly OrderAnswer[]
  readonly balances: readonly BalanceAnswer[]
  readonly nowMs: number
}

/** How an account is judged. */
export type Mode = 'cross' | 'isolated' | 'portfolio'

function modeOf({ methodology, information, positions, orders }: AccountReading): Mode {
  const { margin_methodology: stated } = methodology
  if (stated !== 'cross_margin' && stated !== 'portfolio_margin') {
    throw unsupported(`margin methodology "${stated}" is not known`)
  }
  const { isolated_market: only = '' } = information
  if (only === '') return stated === 'cross_margin' ? 'cross' : 'portfolio'
  const other = [...positions, ...orders].find(({ market }) => market !== only)
  if (stated !== 'cross_margin' || other !== undefined) {
    throw unsupported(`an account isolated to ${only} is in ${stated} and holds ${other?.market}`)
  }
  return 'isolated'
}

/** Whether nothing is in an account, by its lists and by its totals. */
export function isEmpty({ positions, orders, balances, summary }: AccountReading): boolean {
  const totals = [
    summary.account_value,
    summary.initial_margin_requirement,
    summary.maintenance_margin_requirement,
    ...balances.map(({ size }) => size),
  ]
  return positions.length === 0 && orders.length === 0 && totals.every(({ raw }) => raw === 0n)
}

/**
 * The margin account of an account of the venue, and what it refers to in the book.
 *
 * @throws UnsupportedVenueStateError for a mode, status, market or token that is not known, SchemaError
 * when a market that it needs is not whole.
 */
export function buildAccount(
  reading: AccountReading,
  answers: PublicAnswers,
  book: Book,
): MarginAccount {
  const { summary, owner, nowMs } = reading
  const mode = modeOf(reading)
  if (summary.settlement_asset !== SETTLEMENT) {
    throw unsupported(`settlement asset "${summary.settlement_asset}" is not known`)
  }
  const quotes = quotesOf(reading, answers, book)
  const legs = [
    ...balanceLegs(reading, answers, book),
    ...positionLegs(reading, quotes, settlementMark(book, SETTLEMENT)),
  ]
  const { flags, shared } =
    mode === 'portfolio'
      ? portfolioParameters(reading, quotes, answers, book)
      : { flags: [], shared: [] }
  const module = mode === 'portfolio' ? portfolioModule : crossModule
  const draft: MarginAccount = {
    id: accountId(`paradex/${summary.account}`),
    owner,
    venue: 'paradex',
    label: `Paradex ${summary.account}, ${mode} margin`,
    asOf: { kind: 'time', timeMs: nowMs },
    recourse: false,
    rule: {
      tag: module.tag,
      version: module.version,
      numeraire: 'USD',
      modes: { margin: mode },
      parameters: ruleParameters(reading, quotes),
      shared: [...[...quotes.keys()].map(marketKey), ...shared]
        .filter((key, index, keys) => keys.indexOf(key) === index)
        .sort(),
    },
    legs,
    dependsOn: [{ node: nodeId('venue:paradex'), lossGivenFailure: 1 }],
    reconciliation: reconcile(FORMULA_VERSION, []),
    fidelity: FIDELITY[mode],
    flags: [...statusFlags(summary), ...flags],
  }
  return {
    ...draft,
    reconciliation: reconcileAccount(draft, module, reading, book),
  }
}

function quotesOf(
  { positions, orders, information }: AccountReading,
  answers: PublicAnswers,
  book: Book,
): ReadonlyMap<string, Quote> {
  const symbols = new Set([...positions, ...orders].map(({ market }) => market))
  return new Map(
    [...symbols].map((symbol) => [symbol, marketIn(book, answers, symbol, information.fees)]),
  )
}

const ruleParameters = (
  { orders }: AccountReading,
  quotes: ReadonlyMap<string, Quote>,
): Native => ({
  orders: orders.map(({ market, size, price }) => ({
    market,
    size: formatAmount(size),
    price: formatAmount(price),
  })),
  fees: Object.fromEntries(
    [...quotes].map(([symbol, { feeRate }]) => [symbol, formatAmount(feeRate)]),
  ),
})

function balanceLegs(
  { balances }: AccountReading,
  answers: PublicAnswers,
  book: Book,
): readonly Leg[] {
  return balances.flatMap(({ token, size }): readonly Leg[] => {
    if (size.raw === 0n) return []
    const id = `balance:${token}`
    const asset = tokenAsset(token).id
    if (token === SETTLEMENT) {
      const mark = settlementMark(book, token)
      return [{ kind: 'cash', id, asset, mark, amount: size }]
    }
    const mark = balanceMark(book, answers, token)
    return [
      size.raw < 0n
        ? { kind: 'debt', id, asset, mark, amount: negateAmount(size) }
        : { kind: 'collateral', id, asset, mark, amount: size, counts: false },
    ]
  })
}

/**
 * Each entry of the venue's list as two legs: the position at its mark, and the quote that it was
 * opened for with its funding, so that both add up to its profit. The venue's options are paid for at
 * the end, too: its balance does not hold their premium.
 */
function positionLegs(
  { positions }: AccountReading,
  quotes: ReadonlyMap<string, Quote>,
  mark: CashLeg['mark'],
): readonly Leg[] {
  const seen = new Map<string, number>()
  return positions.flatMap((position): readonly Leg[] => {
    const { market, size, average_entry_price: entryPrice, unrealized_funding_pnl } = position
    const quote = quotes.get(market)
    if (quote === undefined) throw unsupported(`${market} has no listing`)
    const count = (seen.get(market) ?? 0) + 1
    seen.set(market, count)
    const name = count === 1 ? market : `${market}:${count}`
    const paid = negateAmount(multiplyAmounts(size, entryPrice))
    return [
      quote.kind === 'perp' ? perpLeg(name, quote, size, entryPrice) : optionLeg(name, quote, size),
      {
        kind: 'cash',
        id: `quote:${name}`,
        asset: tokenAsset(SETTLEMENT).id,
        mark,
        amount: addAmounts(paid, unrealized_funding_pnl),
      },
    ]
  })
}

const perpLeg = (
  name: string,
  { symbol, base }: Extract<Quote, { kind: 'perp' }>,
  size: Amount,
  entryPrice: Amount,
): PerpLeg => ({
  kind: 'perp',
  id: `perp:${name}`,
  asset: underlyingAsset(base).id,
  mark: perpMark(symbol),
  size,
  entryPrice,
})

const optionLeg = (
  name: string,
  { base, right, strike, expiry, impliedVolatility, mark }: Extract<Quote, { kind: 'option' }>,
  size: Amount,
): OptionLeg => ({
  kind: 'option',
  id: `option:${name}`,
  asset: underlyingAsset(base).id,
  mark: spotMark(base),
  right,
  size,
  strike,
  expiry,
  forward: null,
  impliedVolatility: Number(formatAmount(impliedVolatility)),
  price: mark,
})

/** Parameters of the one underlying of a portfolio-margin account; a flag where none can be had. */
function portfolioParameters(
  { information }: AccountReading,
  quotes: ReadonlyMap<string, Quote>,
  answers: PublicAnswers,
  book: Book,
): { readonly flags: readonly Flag[]; readonly shared: readonly SharedKey[] } {
  const bases = [...new Set([...quotes.values()].map(({ base }) => base))]
  try {
    const bare = [...quotes.values()].find(({ delta }) => delta === null)
    if (bare !== undefined) throw unsupported(`${bare.symbol} has no delta`)
    const found = bases.map((base) => underlyingIn(book, answers, base, information.fees))
    const shared = found.flatMap(({ key, perp }) => [key, marketKey(perp)])
    return bases.length > 1
      ? { flags: [notModelled(`it holds ${bases.sort().join(' and ')}`)], shared }
      : { flags: [], shared }
  } catch (error) {
    if (!(error instanceof UnsupportedVenueStateError)) throw error
    return { flags: [notModelled(error.shortMessage)], shared: [] }
  }
}

const notModelled = (why: string): Flag => ({
  code: 'portfolio-margin-unknown',
  severity: 'unknown',
  message: `Portfolio margin of this account cannot be computed: ${why}`,
})

function statusFlags({ status }: AccountAnswer): readonly Flag[] {
  if (status === 'ACTIVE') return []
  if (status !== 'LIQUIDATION') throw unsupported(`account status "${status}" is not known`)
  return [
    {
      code: 'in-liquidation',
      severity: 'warning',
      message: 'The venue is liquidating this account: what is shown may be gone.',
    },
  ]
}
