import { deribit } from '@plimsoll/adapters/options/deribit'
import { createClient, readPortfolio } from '@plimsoll/client'
import type { Evaluation, MarkId, Portfolio, VenueModule, VenueState } from '@plimsoll/model'
import { setupServer } from 'msw/node'
import type { Account, Held } from './venue.js'
import { CLOCK, ownerOf, serve, signersOf, stateOf, unhurried } from './venue.js'

/** Reads accounts of the made-up venue. */
export async function portfolioOf(...accounts: readonly Account[]): Promise<Portfolio> {
  const server = setupServer(serve(accounts))
  server.listen({ onUnhandledFrame: 'error' })
  try {
    const client = createClient({
      chains: [],
      adapters: [unhurried()],
      auth: signersOf(accounts),
      clock: CLOCK,
    })
    return await readPortfolio(client, { owners: accounts.map(ownerOf) })
  } finally {
    server.close()
  }
}

/** The state of the one margin account of one wallet. */
export async function stateOfWallet(
  currency: string,
  model: string,
  balance: number,
  positions: readonly Held[],
): Promise<VenueState> {
  const portfolio = await portfolioOf({
    id: 2001,
    wallets: [{ currency, model, balance, positions }],
  })
  const [account] = portfolio.accounts
  if (account === undefined || account.reconciliation.status !== 'reconciled') {
    throw new TypeError(`Not a consistent account: ${JSON.stringify(portfolio.failures)}`)
  }
  return stateOf(portfolio, account.id)
}

/** The module that judges an account. */
export function moduleOf({ account }: VenueState): VenueModule {
  const found = deribit().modules.find(({ tag }) => tag === account.rule.tag)
  if (found === undefined) throw new TypeError(`No module ${account.rule.tag}.`)
  return found
}

/** What the module says with marks multiplied. */
export function judged(state: VenueState, factor: (mark: MarkId) => number = () => 1): Evaluation {
  return moduleOf(state).evaluate(atPrices(state, factor))
}

/** The state with every mark multiplied. */
export function atPrices(state: VenueState, factor: (mark: MarkId) => number): VenueState {
  const marks = new Map(
    [...state.marks].map(([id, mark]) => {
      const raw = BigInt(Math.round(factor(id) * 1e6))
      const mid = { raw: mark.mid.raw * raw, decimals: mark.mid.decimals + 6 }
      return [id, { ...mark, min: mid, mid, max: mid }] as const
    }),
  )
  return { ...state, marks }
}

/** Every price of a coin moved together. */
export const moved =
  (by: number) =>
  (mark: MarkId): number =>
    mark.includes('unit:USD') || mark.includes('usdc_usd') ? 1 : 1 + by
