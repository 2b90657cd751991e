import type { Existence, Leg, MarginAccount } from '@plimsoll/model'
import { accountId } from '@plimsoll/model'
import { harbour } from '../../../examples/custom-adapter/src/index.js'
import { COLLATERAL_TOKEN } from '../../../examples/custom-adapter/src/market.js'
import type { Market } from '../../../examples/custom-adapter/src/requests.js'
import { rewire, reworded } from '../rewire.js'
import type { BrokenAdapter } from './spoil.js'
import {
  accounts,
  broken,
  evaluating,
  fieldOf,
  GENEROUS,
  isCall,
  isQuery,
  queryBy,
} from './spoil.js'

let reads = 0
let remembered: readonly MarginAccount[] = []

/** Adapters that are wrong although every answer is right. */
export const contractBreakers: readonly BrokenAdapter[] = [
  broken('manifest', 'says nothing of discovery', { manifest: { discovery: '' } }),
  broken('manifest', 'asks over plain http', {
    manifest: {
      hosts: {
        indexer: { url: 'http://indexer.harbour.example', budget: null, browser: 'cors' },
      },
    },
  }),
  broken(
    'manifest',
    'claims a fidelity that it states for no mode',
    accounts((account) => ({ ...account, fidelity: { grade: 'exact' } })),
  ),
  broken(
    'manifest',
    'writes a rule that no module of its own interprets',
    accounts((account) => ({ ...account, rule: { ...account.rule, version: 2 } })),
  ),

  broken(
    'replay',
    'puts something random into the portfolio',
    accounts((account) => ({ ...account, label: `Harbour ${Math.random()}` })),
  ),
  broken(
    'replay',
    'counts its reads',
    accounts((account) => {
      reads += 1
      return { ...account, label: `Harbour ${reads}` }
    }),
  ),
  broken('economy', 'asks everything twice', { round: (requests) => [...requests, ...requests] }),
  broken(
    'order',
    'numbers accounts by the order of owners',
    accounts((account, index) => ({ ...account, label: `Harbour ${index}` })),
  ),

  broken('existence', 'says that an owner has none when nothing was answered', {
    result: (result, { block }) => ({
      ...result,
      existence: result.existence.map(
        (entry): Existence =>
          entry.state === 'unknown'
            ? { ...entry, state: 'none', asOf: block, validForMs: 1 }
            : entry,
      ),
    }),
  }),
  broken('existence', 'says that an owner has accounts and gives none', {
    result: (result) => ({
      ...result,
      existence: result.existence.map(
        (entry): Existence => (entry.state === 'none' ? { ...entry, state: 'has' } : entry),
      ),
    }),
  }),
  broken('existence', 'does not know that an owner has the accounts that it gives', {
    result: (result) => ({
      ...result,
      existence: result.existence.map(
        (entry): Existence =>
          entry.state === 'has' ? { ...entry, state: 'unknown', asOf: null, validForMs: 0 } : entry,
      ),
    }),
  }),
  broken('existence', 'says that an owner has none when only his request failed', {
    result: (result, { block }) => ({
      ...result,
      existence: result.existence.map(
        (entry): Existence =>
          entry.state === 'unknown' && result.failures.length === 1
            ? { ...entry, state: 'none', asOf: block, validForMs: 60_000 }
            : entry,
      ),
    }),
  }),
  broken('existence', 'does not say how long "none" holds', {
    result: (result) => ({
      ...result,
      existence: result.existence.map(
        (entry): Existence => (entry.state === 'none' ? { ...entry, validForMs: 0 } : entry),
      ),
    }),
  }),

  broken('owners', 'gives every account to the first owner', {
    result: (result, { owners: [first] }) => ({
      ...result,
      accounts: result.accounts.map((account) => ({
        ...account,
        owner: first?.id ?? account.owner,
      })),
    }),
  }),
  broken('owners', 'keeps accounts between reads', {
    result: (result) => {
      const ids = new Set(result.accounts.map(({ id }) => id))
      remembered = [...remembered.filter(({ id }) => !ids.has(id)), ...result.accounts]
      return { ...result, accounts: remembered }
    },
  }),

  broken(
    'equity',
    'counts collateral as cash, too',
    accounts((account) => ({
      ...account,
      legs: account.legs.flatMap((leg): readonly Leg[] =>
        leg.kind === 'collateral'
          ? [
              leg,
              {
                id: 'cash',
                kind: 'cash',
                asset: leg.asset,
                mark: leg.mark,
                amount: leg.amount,
              },
            ]
          : [leg],
      ),
    })),
  ),
  broken('equity', 'lists an account twice', {
    result: (result) => ({
      ...result,
      accounts: result.accounts.flatMap((account) => [
        account,
        { ...account, id: accountId(`${account.id}/again`) },
      ]),
    }),
  }),
  broken(
    'equity',
    'forgets debt in the equity',
    evaluating((evaluation) => ({ ...evaluation, equity: evaluation.equity + 1 })),
  ),

  broken('assets', 'claims that its tokens are listed', {
    result: (result) => ({
      ...result,
      assets: result.assets.map((asset) => ({ ...asset, source: 'a list of symbols' })),
    }),
  }),
  broken('assets', 'lets an unlisted token be hedged by another', {
    result: (result) => ({
      ...result,
      assets: result.assets.map((asset) => ({
        ...asset,
        exposures: result.assets[0]?.exposures ?? [],
      })),
    }),
  }),
  broken(
    'identity',
    'takes a token for a stable coin by its symbol',
    queryBy((raw, sound) => {
      const market = sound(reworded(raw, String(fieldOf(raw, 'collateral')), COLLATERAL_TOKEN))
      return { ...(market as Market), token: fieldOf(raw, 'collateral') }
    }),
    {
      result: (result, _context, answers) => {
        const tokens = answers.map((answer) => answer.ok && fieldOf(answer.value, 'token'))
        const token = tokens.find((told) => typeof told === 'string') ?? COLLATERAL_TOKEN
        const renamed = reworded(result, COLLATERAL_TOKEN, String(token))
        return {
          ...renamed,
          assets: renamed.assets.map((asset) =>
            asset.symbol === 'ANCHOR' ? { ...asset, source: 'by symbol' } : asset,
          ),
        }
      },
    },
  ),
]

/** Asks something that the recording of the sound adapter does not hold, or asks less. */
export const adaptersThatAskOtherwise: readonly BrokenAdapter[] = [
  {
    flaw: 'asks something more',
    breaks: 'replay',
    adapter: rewire(harbour, {
      round: (requests) => [
        ...requests,
        ...requests.filter(isCall).map((request) => ({ ...request, data: '0x12345678' as const })),
      ],
    }),
  },
  {
    flaw: 'does not ask for the parameters',
    breaks: 'replay',
    adapter: rewire(harbour, {
      round: (requests) => requests.filter(isCall),
      answer: (answer, request) => (isQuery(request) ? { ok: true, value: GENEROUS } : answer),
    }),
  },
]
