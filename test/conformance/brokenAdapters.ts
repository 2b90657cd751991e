import type { Adapter, Answer, CallRequest, GraphqlRequest, Request } from '@plimsoll/client'
import { HttpStatusError, NotJsonError, SchemaError } from '@plimsoll/client'
import type { Evaluation, Existence, MarginAccount, VenueModule } from '@plimsoll/model'
import { accountId, reconcile } from '@plimsoll/model'
import { harbour } from '../../examples/custom-adapter/src/index.js'
import { harbourModule } from '../../examples/custom-adapter/src/margin.js'
import { COLLATERAL_TOKEN } from '../../examples/custom-adapter/src/market.js'
import type { Market, Position } from '../../examples/custom-adapter/src/requests.js'
import type { Rewiring } from './rewire.js'
import { rewire, rewireAll, reworded } from './rewire.js'

/** A defect that adapters really have, and the rule that must find it. */
export type BrokenAdapter = {
  readonly flaw: string
  readonly breaks: string
  readonly adapter: Adapter
}

const NOTHING: Position = { collateral: 0n, debt: 0n, priceE8: 1n, pricedAt: 0, healthE18: 0n }
const RICH = { collateral: 10n ** 20n, debt: 1n, priceE8: 10n ** 11n, healthE18: 0n }
const now = () => Math.floor(Date.now() / 1000)
const GENEROUS: Market = { thresholdBps: 9_900n, frozen: true }

/** Nothing to compare with, as at most venues: what is wrong must be noticed without. */
const unreconciled: Rewiring = {
  result: (result) => ({
    ...result,
    accounts: result.accounts.map((account) => ({
      ...account,
      reconciliation: reconcile('none', []),
    })),
  }),
}

const isCall = (request: Request): request is CallRequest<unknown> => request.kind === 'call'
const isQuery = (request: Request): request is GraphqlRequest<unknown> => request.kind === 'graphql'

/** Decodes calls by `decode`, with the sound decoder as `sound`. */
const callsBy = (
  decode: (raw: `0x${string}`, sound: (raw: `0x${string}`) => unknown) => unknown,
): Rewiring => ({
  request: (request) =>
    isCall(request)
      ? { ...request, decode: (raw) => decode(raw, (bytes) => request.decode(bytes)) }
      : request,
})
const queryBy = (
  decode: (raw: unknown, sound: (raw: unknown) => unknown) => unknown,
): Rewiring => ({
  request: (request) =>
    isQuery(request)
      ? { ...request, decode: (raw) => decode(raw, (json) => request.decode(json)) }
      : request,
})
/** What the sound adapter believes when an answer failed in a certain way. */
const believing = (
  kind: 'call' | 'graphql',
  when: (error: Error) => boolean,
  value: unknown,
): Rewiring => ({
  answer: (answer: Answer, request) =>
    !answer.ok && request.kind === kind && when(answer.error) ? { ok: true, value } : answer,
})
const accounts = (change: (account: MarginAccount, index: number) => MarginAccount): Rewiring => ({
  result: (result) => ({ ...result, accounts: result.accounts.map(change) }),
})
const evaluating = (change: (evaluation: Evaluation) => Evaluation): Rewiring => ({
  manifest: {
    modules: [{ ...harbourModule, evaluate: (state) => change(harbourModule.evaluate(state)) }],
  },
})
const module = (change: Partial<VenueModule>): Rewiring => ({
  manifest: { modules: [{ ...harbourModule, ...change }] },
})
const fieldOf = (raw: unknown, field: string): unknown => {
  const market = typeof raw === 'object' && raw !== null && 'market' in raw ? raw.market : raw
  return typeof market === 'object' && market !== null && field in market
    ? (market as { readonly [name: string]: unknown })[field]
    : undefined
}
const broken = (
  breaks: string,
  flaw: string,
  ...rewirings: readonly Rewiring[]
): BrokenAdapter => ({
  breaks,
  flaw,
  adapter: rewireAll(harbour, ...rewirings),
})
const loose = (breaks: string, flaw: string, ...rewirings: readonly Rewiring[]): BrokenAdapter =>
  broken(breaks, flaw, ...rewirings, unreconciled)

let reads = 0
let remembered: readonly MarginAccount[] = []

export const brokenAdapters: readonly BrokenAdapter[] = [
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
      legs: account.legs.flatMap((leg) =>
        leg.kind === 'collateral'
          ? [
              leg,
              {
                id: 'cash',
                kind: 'cash',
                asset: leg.asset,
                mark: leg.mark,
                amount: leg.amount,
              } as const,
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

  broken(
    'arithmetic',
    'has infinite health without debt',
    evaluating((evaluation) =>
      evaluation.health.value === null
        ? { ...evaluation, health: { value: Infinity } }
        : evaluation,
    ),
  ),
  broken(
    'arithmetic',
    'compiles a slightly better health',
    module({
      compile: (state) => {
        const compiled = harbourModule.compile(state)
        return {
          ...compiled,
          tests: compiled.tests.map((test) =>
            test.kernel === 'threshold'
              ? {
                  ...test,
                  collateral: test.collateral.map((term) => ({
                    ...term,
                    weight: term.weight * (1 + 1e-6),
                  })),
                }
              : test,
          ),
        }
      },
    }),
  ),
  broken(
    'arithmetic',
    'compiles the debt at a price that does not move',
    module({
      compile: (state) => {
        const compiled = harbourModule.compile(state)
        return {
          ...compiled,
          tests: compiled.tests.map((test) =>
            test.kernel === 'threshold'
              ? { ...test, collateral: test.collateral.map((term) => ({ ...term, mark: -1 })) }
              : test,
          ),
        }
      },
    }),
  ),
  broken(
    'arithmetic',
    'can be liquidated at any health',
    evaluating((evaluation) => ({ ...evaluation, liquidatable: true })),
  ),

  broken(
    'reconciliation',
    'tolerates every difference',
    accounts((account) => ({
      ...account,
      reconciliation: reconcile(
        'harbour 1',
        account.reconciliation.checks.map((check) => ({ ...check, tolerance: 1e300 })),
      ),
    })),
  ),
  broken(
    'reconciliation',
    'is reconciled whatever the numbers are',
    accounts((account) => ({
      ...account,
      reconciliation: {
        ...account.reconciliation,
        checks: account.reconciliation.checks.map((check) => ({ ...check, residual: 1 })),
      },
    })),
  ),
  broken(
    'reconciliation',
    'compares a number with itself',
    accounts((account) => ({
      ...account,
      reconciliation: reconcile(
        'harbour 1',
        account.reconciliation.checks.map((check) => ({
          ...check,
          reported: check.recomputed,
          residual: 0,
        })),
      ),
    })),
  ),

  broken('memory', 'changes what it was given to remember', {
    result: (result) => ({ ...result, memory: { owners: ['a'] } }),
    context: (context) => {
      const { memory } = context
      if (typeof memory === 'object' && memory !== null) Object.assign(memory, { seen: true })
      return context
    },
  }),
  broken('memory', 'believes any list that it remembers', {
    result: (result, { memory }) =>
      Array.isArray(memory)
        ? {
            ...result,
            accounts: [],
            existence: result.existence.map((entry) => ({ ...entry, state: 'none' })),
          }
        : result,
  }),
  broken('memory', 'remembers what cannot be stored', {
    result: (result) => ({ ...result, memory: Number.NaN }),
  }),
  {
    breaks: 'memory',
    flaw: 'takes two rounds for every refresh',
    adapter: twoRounds(),
  },

  broken(
    'fail-closed/dropped',
    'takes a default when the parameters do not come',
    believing('graphql', () => true, GENEROUS),
    unreconciled,
  ),
  loose(
    'fail-closed/empty',
    'reads 0x as zeros',
    callsBy((raw, sound) => (raw === '0x' ? NOTHING : sound(raw))),
  ),
  loose(
    'fail-closed/empty',
    'takes a default for null',
    queryBy((raw, sound) => (fieldOf(raw, 'thresholdBps') === null ? GENEROUS : sound(raw))),
  ),
  loose(
    'fail-closed/truncated',
    'takes a default for a missing field',
    queryBy((raw, sound) => (fieldOf(raw, 'thresholdBps') === undefined ? GENEROUS : sound(raw))),
  ),
  loose(
    'fail-closed/truncated',
    'forgives an answer that is cut short',
    callsBy((raw, sound) => (raw.length < 322 ? { ...RICH, pricedAt: now() } : sound(raw))),
  ),
  loose(
    'fail-closed/wrong-type',
    'takes a default for what is not a number',
    queryBy((raw, sound) =>
      typeof fieldOf(raw, 'thresholdBps') === 'number' ? sound(raw) : GENEROUS,
    ),
  ),
  loose(
    'fail-closed/wrong-length',
    'reads the answer from its end',
    callsBy((raw, sound) =>
      raw.length > 322 ? { ...(sound(raw) as Position), debt: 1n } : sound(raw),
    ),
  ),
  loose(
    'fail-closed/wrong-id',
    'takes the parameters of any market',
    queryBy((raw, sound) =>
      String(fieldOf(raw, 'collateral')).toLowerCase() === COLLATERAL_TOKEN ? sound(raw) : GENEROUS,
    ),
  ),
  loose(
    'fail-closed/wrong-id',
    'drops a flag with a status that it does not know',
    queryBy((raw, sound) => {
      const known = ['ACTIVE', 'FROZEN'].includes(String(fieldOf(raw, 'status')))
      return sound(known ? raw : reworded(raw, String(fieldOf(raw, 'status')), 'ACTIVE'))
    }),
  ),
  loose(
    'fail-closed/reverted',
    'takes a revert for an owner without a position',
    believing('call', (error) => error.name === 'CallRevertedError', NOTHING),
  ),
  loose(
    'fail-closed/reverted',
    'takes a default when the indexer is down',
    believing('graphql', (error) => error instanceof HttpStatusError, GENEROUS),
  ),
  loose(
    'fail-closed/html',
    'takes an error page for no position',
    believing('call', (error) => error instanceof NotJsonError, NOTHING),
  ),
  loose(
    'fail-closed/html',
    'takes a default for text',
    queryBy((raw, sound) => (typeof raw === 'string' ? GENEROUS : sound(raw))),
  ),
  loose(
    'fail-closed/out-of-range',
    'believes that someone has 2^255 of a token',
    callsBy((raw, sound) => {
      try {
        return sound(raw)
      } catch (error) {
        if (!(error instanceof SchemaError)) throw error
        return {
          ...(sound(`0x${'1'.padStart(64, '0')}${raw.slice(66)}`) as Position),
          collateral: 2n ** 111n,
        }
      }
    }),
  ),
  loose(
    'fail-closed/out-of-range',
    'holds a threshold of 1e40 for the highest one',
    queryBy((raw, sound) =>
      Number(fieldOf(raw, 'thresholdBps')) > 10_000 ? GENEROUS : sound(raw),
    ),
  ),
  loose(
    'fail-closed/stale',
    'replaces an old price by a better one',
    callsBy((raw, sound) => {
      const position = sound(raw) as Position
      const old = position.pricedAt < Date.now() / 1000 - 86_400
      return old
        ? { ...position, priceE8: position.priceE8 * 2n, pricedAt: position.pricedAt + 40 * 86_400 }
        : position
    }),
  ),
  broken('contract', 'forgets the assets when the parameters do not come', {
    result: (result) => (result.failures.length > 0 ? { ...result, assets: [] } : result),
  }),
  broken('visible-age', 'lets prices grow old', {
    result: (result) => ({
      ...result,
      marks: result.marks.map((mark) => ({ ...mark, stalenessLimitMs: null })),
    }),
  }),
  broken('visible-failures', 'catches every failure and returns nothing', {
    result: (result, { block }) => ({
      ...result,
      failures: [],
      existence: result.existence.map(
        (entry): Existence =>
          entry.state === 'unknown'
            ? { ...entry, state: 'none', asOf: block, validForMs: 60_000 }
            : entry,
      ),
    }),
  }),
  broken(
    'typed-errors',
    'throws a bare error while it decodes',
    queryBy((raw, sound) => {
      if (fieldOf(raw, 'thresholdBps') === undefined) throw new TypeError('no threshold')
      return sound(raw)
    }),
  ),
  broken('typed-errors', 'trips over a failure after its round', {
    result: (result) => {
      if (result.failures.length > 0) throw new RangeError('no failures, please')
      return result
    },
  }),
]

/** Asks one part after the other although it knows both. */
function twoRounds(): Adapter {
  return {
    ...harbour,
    *read(context) {
      const rounds = harbour.read(context)
      const step = rounds.next([])
      if (step.done === true) return step.value
      const [first, ...others] = step.value
      if (first === undefined) return rounds.return(yield* harbour.read(context)).value
      const one = yield [first]
      const rest = yield others
      const end = rounds.next([...one, ...rest])
      if (end.done !== true) throw new SchemaError('Harbour takes one round.')
      return end.value
    },
  }
}

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
