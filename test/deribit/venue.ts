import { deribit } from '@plimsoll/adapters/options/deribit'
import { deribitSigner } from '@plimsoll/adapters/options/deribit/signer'
import type { Adapter, Clock } from '@plimsoll/client'
import type { Portfolio, VenueState } from '@plimsoll/model'
import type { HttpHandler } from 'msw'
import { HttpResponse, http } from 'msw'
import { simulation } from './matrix.js'
import { INDEX, NOW_MS, quote, round } from './prices.js'

// A made-up venue: nothing here was recorded. Its margins follow the formulas of the adapter's README.

type Json = { readonly [field: string]: unknown }

/** A position as it is held: inverse futures in USD, everything else in the underlying. */
export type Held = readonly [instrument: string, size: number]

/** What an account has in one currency. */
export type Wallet = {
  readonly currency: string
  readonly model: string
  /** Beside what futures gained in the session. */
  readonly balance: number
  readonly positions: readonly Held[]
}

/** An account at the made-up venue. */
export type Account = { readonly id: number; readonly wallets: readonly Wallet[] }

const FUTURES = { initial: 0.02, maintenance: 0.01 }

function position([name, size]: Held) {
  const { kind, inverse, mark, index, forward, option } = quote(name)
  const units = kind === 'future' && inverse ? round(size / mark, 9) : size
  const short = Math.max(0, -size)
  const unit = inverse ? 1 : index
  const margins = (): { readonly initial: number; readonly maintenance: number } => {
    if (option === null) {
      const notional = Math.abs(units) * (inverse ? 1 : mark)
      return {
        initial: FUTURES.initial * notional,
        maintenance: FUTURES.maintenance * notional,
      }
    }
    const { right, strike } = option
    const out = Math.max(0, right === 'call' ? strike - forward : forward - strike) / forward
    const maintenance =
      (right === 'call' ? 0.075 * unit : Math.max(0.075 * unit, 0.075 * mark)) + mark
    const initial = Math.max(0.15 - out, 0.1) * unit + mark
    return {
      initial: short * (right === 'call' ? initial : Math.max(initial, maintenance)),
      maintenance: short * maintenance,
    }
  }
  const { initial, maintenance } = margins()
  return {
    instrument_name: name,
    kind,
    direction: size > 0 ? 'buy' : 'sell',
    size,
    ...(kind === 'future' ? { size_currency: units } : {}),
    average_price: mark,
    mark_price: mark,
    index_price: index,
    initial_margin: round(initial, 9),
    maintenance_margin: round(maintenance, 9),
    open_orders_margin: 0,
    floating_profit_loss: kind === 'future' ? round(units * 0.002 * (inverse ? 1 : mark), 8) : 0,
  }
}

function totalOf<Item>(items: readonly Item[], amount: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + amount(item), 0)
}

function worthOf({ balance, positions }: Wallet) {
  const held = positions.map(position)
  const futures = totalOf(held, (entry) => entry.floating_profit_loss)
  const options = totalOf(held, ({ kind, size, mark_price }) =>
    kind === 'option' ? size * mark_price : 0,
  )
  return { held, futures, options, equity: balance + futures + options }
}

/** Coins of a position, for the simulation. */
const sized = ([name, size]: Held) => {
  const priced = quote(name)
  const inverseFuture = priced.kind === 'future' && priced.inverse
  return { quote: priced, size: inverseFuture ? round(size / priced.mark, 9) : size }
}

const simulated = ({ currency, positions }: Wallet) => simulation(currency, positions.map(sized))

function marginsOf(wallet: Wallet) {
  if (wallet.model.endsWith('_pm')) {
    const details = simulated(wallet).margins[wallet.currency.toLowerCase()]
    return {
      initial: details?.initial_margin ?? 0,
      maintenance: details?.maintenance_margin ?? 0,
    }
  }
  const { held } = worthOf(wallet)
  return {
    initial: totalOf(held, (entry) => entry.initial_margin),
    maintenance: totalOf(held, (entry) => entry.maintenance_margin),
  }
}

function summariesOf({ id, wallets }: Account): Json {
  const cross = wallets.filter(({ model }) => model.startsWith('cross'))
  const inUsd = (amount: (wallet: Wallet) => number) =>
    totalOf(cross, (wallet) => amount(wallet) * (INDEX[wallet.currency] ?? 0))
  const isStandard = cross.some(({ model }) => model === 'cross_sm')
  const totals = {
    total_equity_usd: inUsd((wallet) => worthOf(wallet).equity),
    total_margin_balance_usd: inUsd(
      (wallet) => worthOf(wallet).equity - (isStandard ? worthOf(wallet).options : 0),
    ),
    total_initial_margin_usd: inUsd((wallet) => marginsOf(wallet).initial),
    total_maintenance_margin_usd: inUsd((wallet) => marginsOf(wallet).maintenance),
  }
  return {
    id,
    summaries: wallets.map((wallet) => {
      const { currency, model, balance } = wallet
      const { futures, options, equity } = worthOf(wallet)
      const isCross = model.startsWith('cross')
      const price = INDEX[currency] ?? 1
      const own = marginsOf(wallet)
      return {
        currency,
        margin_model: model,
        cross_collateral_enabled: isCross,
        portfolio_margining_enabled: model.endsWith('_pm'),
        balance,
        equity: round(equity, 8),
        margin_balance: isCross
          ? round(totals.total_margin_balance_usd / price, 8)
          : round(model.endsWith('_pm') ? equity : equity - options, 8),
        initial_margin: round(isCross ? totals.total_initial_margin_usd / price : own.initial, 8),
        maintenance_margin: round(
          isCross ? totals.total_maintenance_margin_usd / price : own.maintenance,
          8,
        ),
        options_value: round(options, 8),
        futures_session_upl: round(futures, 8),
        futures_session_rpl: 0,
        ...(isCross ? totals : {}),
      }
    }),
  }
}

/** The answer of the made-up venue to a method, or null. */
export function answerOf(
  accounts: readonly Account[],
  account: string | null,
  method: string,
  query: URLSearchParams,
): unknown {
  const found = accounts.find(({ id }) => String(id) === account)
  switch (method) {
    case 'private/get_account_summaries':
      return found === undefined ? null : summariesOf(found)
    case 'private/get_positions':
      return found?.wallets.flatMap(({ positions }) => positions.map(position)) ?? null
    case 'private/pme/simulate': {
      const wallet = found?.wallets.find(({ currency }) => currency === query.get('currency'))
      return wallet === undefined ? null : simulated(wallet)
    }
    case 'public/ticker': {
      const priced = quote(query.get('instrument_name') ?? '')
      const { name, mark, index, forward, option } = priced
      return {
        instrument_name: name,
        timestamp: NOW_MS,
        mark_price: mark,
        index_price: index,
        ...(option === null ? {} : { mark_iv: option.volatility * 100, underlying_price: forward }),
      }
    }
    case 'public/get_index_price':
      return {
        index_price: INDEX[(query.get('index_name') ?? '').split('_')[0]?.toUpperCase() ?? ''],
      }
    default:
      return null
  }
}

/** What a handler saw. */
export type Seen = { readonly method: string; readonly query: string; readonly headers: Headers }

/** Changes an answer's result on its way. */
export type Change = (method: string, result: unknown, query: URLSearchParams) => unknown

/** Serves the made-up venue at its address; the key's id says which account asks. */
export function serve(
  accounts: readonly Account[],
  seen: Seen[] = [],
  change: Change = (_method, result) => result,
): HttpHandler {
  return http.get('https://www.deribit.com/api/v2/*', ({ request }) => {
    const { pathname, searchParams, search } = new URL(request.url)
    const method = pathname.replace('/api/v2/', '')
    seen.push({ method, query: search, headers: request.headers })
    const account = /id=key-(\d+),/.exec(request.headers.get('authorization') ?? '')?.[1] ?? null
    const result = change(method, answerOf(accounts, account, method, searchParams), searchParams)
    if (result === null) {
      return HttpResponse.json({ jsonrpc: '2.0', error: { code: 13009, message: 'unauthorized' } })
    }
    return HttpResponse.json({
      result: result as { readonly any: string },
      usOut: NOW_MS * 1000 + 500,
    })
  })
}

/** The adapter without the rate limit of the real venue. */
export function unhurried(): Adapter {
  const adapter = deribit()
  const hosts = Object.entries(adapter.hosts).map(([key, host]) => [key, { ...host, budget: null }])
  return { ...adapter, hosts: Object.fromEntries(hosts) }
}

/** Signers for accounts whose signature says that it is one. */
export function signersOf(accounts: readonly Account[]) {
  return Object.fromEntries(
    accounts.map(({ id }) => [
      `deribit:${id}`,
      deribitSigner({ clientId: `key-${id}`, sign: async () => 'signed' }, () => NOW_MS),
    ]),
  )
}

export const ownerOf = ({ id }: Account): string => `venue:deribit:${id}`

/** A clock that stands at the made-up instant and waits for real. */
export const CLOCK: Clock = {
  now: () => NOW_MS,
  sleep: (ms, signal) =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        resolve()
      })
    }),
}

/** The state of one account of a portfolio. */
export function stateOf(portfolio: Portfolio, account: string, at = NOW_MS / 1000): VenueState {
  const found = portfolio.accounts.find(({ id }) => id === account)
  if (found === undefined) throw new TypeError(`No account ${account}.`)
  return {
    account: found,
    marks: new Map(portfolio.marks.map((mark) => [mark.id, mark])),
    assets: new Map(portfolio.assets.map((asset) => [asset.id, asset])),
    shared: new Map(),
    at,
  }
}

const wallet = (
  currency: string,
  model: string,
  balance: number,
  positions: readonly Held[] = [],
): Wallet => ({ currency, model, balance, positions })

/** Segregated, standard: inverse and linear futures, options long and short. */
export const STANDARD: Account = {
  id: 1001,
  wallets: [
    wallet('BTC', 'segregated_sm', 2, [
      ['BTC-PERPETUAL', -60_000],
      ['BTC-25DEC26', 30_000],
      ['BTC-25DEC26-66000-C', -3],
      ['BTC-25DEC26-54000-P', -2],
      ['BTC-25DEC26-50000-P', 1],
    ]),
    wallet('ETH', 'segregated_sm', 0),
    wallet('USDC', 'segregated_sm', 20_000, [
      ['SOL_USDC-PERPETUAL', -200],
      ['ETH_USDC-25DEC26-2200-C', -5],
    ]),
  ],
}

/** Segregated, portfolio margin: options and futures in BTC, futures alone in ETH. */
export const PORTFOLIO: Account = {
  id: 1002,
  wallets: [
    wallet('BTC', 'segregated_pm', 1.5, [
      ['BTC-PERPETUAL', 90_000],
      ['BTC-25DEC26', -12_000],
      ['BTC-25DEC26-70000-C', -4],
      ['BTC-25DEC26-50000-P', 2],
    ]),
    wallet('ETH', 'segregated_pm', 10, [['ETH-PERPETUAL', -20_000]]),
    wallet('USDC', 'segregated_pm', 8000, [['SOL_USDC-PERPETUAL', 300]]),
  ],
}

/** Cross, standard. */
export const CROSS_STANDARD: Account = {
  id: 1003,
  wallets: [
    wallet('BTC', 'cross_sm', 0.4, [['BTC-25DEC26-66000-C', -1]]),
    wallet('ETH', 'cross_sm', 0, [['ETH-PERPETUAL', 10_000]]),
    wallet('USDC', 'cross_sm', 5000),
  ],
}

/** Cross, portfolio margin. */
export const CROSS_PORTFOLIO: Account = {
  id: 1004,
  wallets: [
    wallet('BTC', 'cross_pm', 1, [['BTC-PERPETUAL', 60_000]]),
    wallet('USDC', 'cross_pm', 5000),
  ],
}

/** Nothing anywhere. */
export const EMPTY: Account = {
  id: 1005,
  wallets: [wallet('BTC', 'segregated_sm', 0)],
}

/** Little of each, so that every answer can be spoiled in every way. */
export const SMALL: {
  readonly [mode in 'standard' | 'portfolio' | 'crossStandard' | 'crossPortfolio']: Account
} = {
  standard: {
    id: 1011,
    wallets: [wallet('BTC', 'segregated_sm', 1, [['BTC-25DEC26-66000-C', -1]])],
  },
  portfolio: {
    id: 1012,
    wallets: [wallet('ETH', 'segregated_pm', 5, [['ETH-25DEC26-1800-P', -10]])],
  },
  crossStandard: {
    id: 1013,
    wallets: [
      wallet('USDC', 'cross_sm', 3000, [['SOL_USDC-PERPETUAL', -20]]),
      wallet('BTC', 'cross_sm', 0.1),
    ],
  },
  crossPortfolio: {
    id: 1014,
    wallets: [wallet('BTC', 'cross_pm', 1, [['BTC-PERPETUAL', 60_000]])],
  },
}
