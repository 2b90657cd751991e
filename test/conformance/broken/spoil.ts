import type { Adapter, Answer, CallRequest, GraphqlRequest, Request } from '@plimsoll/client'
import type { Evaluation, MarginAccount, VenueModule } from '@plimsoll/model'
import { reconcile } from '@plimsoll/model'
import { harbour } from '../../../examples/custom-adapter/src/index.js'
import { harbourModule } from '../../../examples/custom-adapter/src/margin.js'
import type { Market, Position } from '../../../examples/custom-adapter/src/requests.js'
import type { Rewiring } from '../rewire.js'
import { rewireAll } from '../rewire.js'

/** A defect that adapters really have, and the rule that must find it. */
export type BrokenAdapter = {
  readonly flaw: string
  readonly breaks: string
  readonly adapter: Adapter
  /** Owners to record, where not all. */
  readonly owners?: readonly string[]
}

/** What an owner without a position has. */
export const NOTHING: Position = {
  collateral: 0n,
  debt: 0n,
  priceE8: 1n,
  pricedAt: 0,
  healthE18: 0n,
}
/** Characters of a whole answer of five words. */
export const WHOLE = 322
/** Parameters better than any recorded. */
export const GENEROUS: Market = { thresholdBps: 9_900n, frozen: true }

/** Nothing to compare with, as at most venues: what is wrong must be noticed without. */
export const unreconciled: Rewiring = {
  result: (result) => ({
    ...result,
    accounts: result.accounts.map((account) => ({
      ...account,
      reconciliation: reconcile('none', []),
    })),
  }),
}

/** Whether a request is a contract call. */
export const isCall = (request: Request): request is CallRequest<unknown> => request.kind === 'call'
/** Whether a request is the GraphQL query. */
export const isQuery = (request: Request): request is GraphqlRequest<unknown> =>
  request.kind === 'graphql'

/** Decodes calls by `decode`, with the sound decoder as `sound`. */
export const callsBy = (
  decode: (raw: `0x${string}`, sound: (raw: `0x${string}`) => unknown) => unknown,
): Rewiring => ({
  request: (request) =>
    isCall(request)
      ? {
          ...request,
          decode: (raw: `0x${string}`) => decode(raw, (bytes) => request.decode(bytes)),
        }
      : request,
})
/** Decodes the query by `decode`, with the sound decoder as `sound`. */
export const queryBy = (
  decode: (raw: unknown, sound: (raw: unknown) => unknown) => unknown,
): Rewiring => ({
  request: (request) =>
    isQuery(request)
      ? {
          ...request,
          decode: (raw: unknown) => decode(raw, (json) => request.decode(json)),
        }
      : request,
})
/** What the sound adapter believes when an answer failed in a certain way. */
export const believing = (
  kind: 'call' | 'graphql',
  when: (error: Error) => boolean,
  value: unknown,
): Rewiring => ({
  answer: (answer: Answer, request) =>
    !answer.ok && request.kind === kind && when(answer.error) ? { ok: true, value } : answer,
})
/** Changes every account. */
export const accounts = (
  change: (account: MarginAccount, index: number) => MarginAccount,
): Rewiring => ({
  result: (result) => ({ ...result, accounts: result.accounts.map(change) }),
})
/** Changes what the module evaluates to. */
export const evaluating = (change: (evaluation: Evaluation) => Evaluation): Rewiring => ({
  manifest: {
    modules: [{ ...harbourModule, evaluate: (state) => change(harbourModule.evaluate(state)) }],
  },
})
/** Changes parts of the module. */
export const module = (change: Partial<VenueModule>): Rewiring => ({
  manifest: { modules: [{ ...harbourModule, ...change }] },
})
/** A field of the market, in an answer or what was decoded of it. */
export const fieldOf = (raw: unknown, field: string): unknown => {
  const market = typeof raw === 'object' && raw !== null && 'market' in raw ? raw.market : raw
  return typeof market === 'object' && market !== null && field in market
    ? (market as { readonly [name: string]: unknown })[field]
    : undefined
}
/** Harbour, spoiled. */
export const broken = (
  breaks: string,
  flaw: string,
  ...rewirings: readonly Rewiring[]
): BrokenAdapter => ({
  breaks,
  flaw,
  adapter: rewireAll(harbour, ...rewirings),
})
/** Harbour, spoiled, with nothing to compare with. */
export const loose = (
  breaks: string,
  flaw: string,
  ...rewirings: readonly Rewiring[]
): BrokenAdapter => broken(breaks, flaw, ...rewirings, unreconciled)
