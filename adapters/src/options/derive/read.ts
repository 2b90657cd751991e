import type { Answer, ReadContext, ReadRounds } from '@plimsoll/client'
import { AuthRequiredError, ask } from '@plimsoll/client'
import type { AsOf, Existence, Owner, OwnerId, ReadFailure } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { BuiltAccount } from './account.js'
import { buildAccount, settlementCurrencies } from './account.js'
import type { VenueAnswers } from './answers.js'
import { AUTH, venueRequest } from './answers.js'
import { SubaccountUnavailableError } from './errors.js'
import { currencyFeeds } from './feeds.js'

/** For how long "no subaccount" may be relied on. */
const EXISTENCE_VALID_MS = 300_000

/** The chain whose addresses are the venue's wallets. */
const WALLET_CHAIN = 1

/** The wallet that an owner is at the venue, or null. */
function walletOf(owner: Owner): string | null {
  if (owner.kind === 'evm') {
    return owner.chain === null || owner.chain === WALLET_CHAIN ? owner.address : null
  }
  return owner.venue === 'derive' && /^0x[0-9a-fA-F]{40}$/.test(owner.account)
    ? owner.account.toLowerCase()
    : null
}

const memorySchema = z.object({ currencies: z.array(z.string()) })

type VenueAnswer = Answer<Partial<VenueAnswers>>

/** What was answered under a name. @throws the error of the request */
function answered<Kind extends keyof VenueAnswers>(
  answer: VenueAnswer | undefined,
  kind: Kind,
): VenueAnswers[Kind] {
  if (answer?.ok === false) throw answer.error
  const value: VenueAnswers[Kind] | undefined = answer?.value[kind]
  if (value !== undefined) return value
  throw new SubaccountUnavailableError(`Derive did not answer for its ${kind}. Read again.`)
}

/** Currencies that the subaccounts hold something on, the settlement asset aside. */
function currenciesHeld(answers: readonly VenueAnswer[]): readonly string[] {
  const held = new Set<string>()
  for (const { subaccounts = [] } of answers.flatMap((answer) => (answer.ok ? answer.value : []))) {
    for (const { collaterals, positions } of subaccounts) {
      for (const { currency } of collaterals) held.add(currency)
      for (const { instrument_name } of positions) held.add(instrument_name.split('-')[0] ?? '')
    }
  }
  const [first] = answers
  const currencies = first?.ok === true ? first.value.currencies : undefined
  for (const { currency } of settlementCurrencies(currencies ?? [])) held.delete(currency)
  return [...held].sort()
}

/**
 * Reads every subaccount of the owners: their portfolios, the currencies, and the oracle feeds of
 * what they hold. Two rounds at first, one after it while no new currency appears.
 */
export function* readDerive({ owners, auth, nowMs, memory }: ReadContext): ReadRounds {
  const asOf: AsOf = { kind: 'time', timeMs: nowMs }
  const built: BuiltAccount[] = []
  const existence: Existence[] = []
  const failures: ReadFailure[] = []
  const at = { adapter: 'derive', chain: null } as const
  const say = (owner: OwnerId, state: 'has' | 'none') => {
    existence.push({ ...at, owner, state, asOf, validForMs: EXISTENCE_VALID_MS })
  }
  // An owner of whom nothing is said is unknown to the client.
  const attempt = (owner: OwnerId, run: () => void) => {
    try {
      run()
    } catch (cause) {
      if (!(cause instanceof PlimsollError)) throw cause
      failures.push({ ...at, owner, error: cause.name, message: cause.message })
    }
  }

  const wallets: (readonly [OwnerId, string])[] = []
  for (const owner of owners) {
    const wallet = walletOf(owner)
    if (wallet === null) say(owner.id, 'none')
    else if (auth.includes(AUTH)) wallets.push([owner.id, wallet])
    else {
      attempt(owner.id, () => {
        throw new AuthRequiredError(
          `Derive shows a subaccount only to whoever signs for its wallet, and no signer "${AUTH}" was given. Pass one, for example from deriveSigner.`,
        )
      })
    }
  }

  let needed: readonly string[] = []
  if (wallets.length > 0) {
    const feedsRequest = (currency: string) => venueRequest('feeds', { currency })
    const remembered = z.safeParse(memorySchema, memory)
    const known = remembered.success ? remembered.data.currencies : []
    const answers: readonly VenueAnswer[] = yield* ask([
      venueRequest('currencies', {}),
      ...wallets.flatMap(([, wallet]) => [
        venueRequest('subaccounts', { wallet }),
        venueRequest('listing', { wallet }),
      ]),
      ...known.map(feedsRequest),
    ])
    const feeds = new Map(known.map((name, index) => [name, answers.at(index - known.length)]))
    needed = currenciesHeld(answers)
    const missing = needed.filter((currency) => !feeds.has(currency))
    if (missing.length > 0) {
      const more: readonly VenueAnswer[] = yield* ask(missing.map(feedsRequest))
      for (const [index, currency] of missing.entries()) feeds.set(currency, more[index])
    }
    for (const [index, [owner, wallet]] of wallets.entries()) {
      attempt(owner, () => {
        const subaccounts = answered(answers[1 + 2 * index], 'subaccounts')
        const listing = answered(answers[2 + 2 * index], 'listing')
        if (listing.wallet.toLowerCase() !== wallet) {
          throw new SubaccountUnavailableError('Derive listed another wallet. Read again.')
        }
        const shown = new Map(subaccounts.map((entry) => [entry.subaccount_id, entry]))
        const listed = new Set(listing.subaccount_ids)
        const ids = new Set([...listed, ...shown.keys()])
        say(owner, ids.size === 0 ? 'none' : 'has')
        for (const id of ids) {
          attempt(owner, () => {
            const subaccount = shown.get(id)
            if (subaccount === undefined || subaccount.failed_to_fetch || !listed.has(id)) {
              throw new SubaccountUnavailableError(
                `Derive lists subaccount ${id} and does not show it, or the reverse. Read again; until then it is unknown.`,
              )
            }
            built.push(
              buildAccount(subaccount, {
                owner,
                currencies: answered(answers[0], 'currencies'),
                feedsOf: (name) => currencyFeeds(answered(feeds.get(name), 'feeds'), name),
                nowMs,
              }),
            )
          })
        }
      })
    }
  }
  const unique = <Item extends { readonly id: string }>(
    items: readonly Item[],
  ): readonly Item[] => [...new Map(items.map((item) => [item.id, item])).values()]
  return {
    accounts: built.map(({ account }) => account),
    assets: unique(built.flatMap(({ assets }) => assets)),
    marks: unique(built.flatMap(({ marks }) => marks)),
    shared: Object.assign({}, ...built.map(({ shared }) => shared)),
    existence,
    failures,
    asOf: existence.length > 0 ? [asOf] : [],
    ...(wallets.length > 0 ? { memory: { currencies: needed } } : {}),
  }
}
