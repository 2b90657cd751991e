// A bank for tests: one HTTP request for each owner, answered by a server of the test.
import { ask, decodeBy, defineAdapter } from '@plimsoll/client'
import {
  accountId,
  assetId,
  factorId,
  markId,
  nativeCoin,
  parseAmount,
  reconcile,
  toNumber,
} from '@plimsoll/model'
import * as z from 'zod/mini'

const DOLLAR = assetId('venue:bank/cash:USD')
const ETHER = nativeCoin(1)
const decimal = z.string().check(z.regex(/^\d+(\.\d+)?$/))
const answer = z.strictObject({
  collateral: decimal,
  debt: decimal,
  price: decimal,
  timeMs: z.number().check(z.minimum(0)),
})
const threshold = 0.8

const assets = [
  {
    id: ETHER,
    symbol: 'ETH',
    decimals: 18,
    kind: 'native',
    exposures: [{ factor: factorId('spot:ETH'), elasticity: 1 }],
    dependsOn: [],
    source: 'the test, 2026-11',
  },
  {
    id: DOLLAR,
    symbol: 'USD',
    decimals: 2,
    kind: 'stable',
    exposures: [],
    dependsOn: [],
    source: 'the test, 2026-11',
  },
]

const priceMark = markId('bank/ether')
const dollarMark = markId('bank/dollar')

/** @param {import('@plimsoll/model').Amount} price */
const mark = (id, asset, price, timeMs) => ({
  id,
  asset,
  numeraire: 'USD',
  min: price,
  mid: price,
  max: price,
  confidence: null,
  source: 'venue-oracle',
  feed: 'test',
  timeMs,
  stalenessLimitMs: null,
})

function worth({ account, marks }, kind) {
  const leg = account.legs.find((one) => one.kind === kind)
  const price = leg?.mark === undefined || leg.mark === null ? undefined : marks.get(leg.mark)
  return leg === undefined || price === undefined ? 0 : toNumber(leg.amount) * toNumber(price.mid)
}

const module = {
  tag: 'bank',
  version: 1,
  evaluate(state) {
    const collateral = worth(state, 'collateral')
    const debt = worth(state, 'debt')
    const health =
      debt === 0
        ? { value: null, reason: 'no-requirement', message: 'Nothing is owed.' }
        : { value: (collateral * threshold) / debt }
    return {
      health,
      liquidatable: debt > 0 && collateral * threshold < debt,
      equity: collateral - debt,
      initialMargin: null,
      maintenanceMargin: debt / threshold - debt,
      excess: collateral - debt / threshold,
      exact: {},
      flags: [],
    }
  },
  compile(state) {
    return {
      account: state.account.id,
      marks: [priceMark, dollarMark],
      tests: [
        {
          kernel: 'threshold',
          strict: true,
          collateral: [{ mark: 0, value: worth(state, 'collateral'), weight: threshold }],
          debt: [{ mark: 1, value: worth(state, 'debt') }],
          averageStep: null,
        },
      ],
      combine: 'any',
      errorBound: 1e-12,
    }
  },
  liquidate: null,
  operations: [],
  apply: (state) => state,
}

function* read({ owners, auth }) {
  const answers = yield* ask(
    owners.map(({ id }) => ({
      kind: 'http',
      host: 'api',
      method: 'GET',
      path: `/accounts/${id}`,
      ...(auth.includes('bank') ? { auth: 'bank' } : {}),
      decode: decodeBy(answer, 'the account'),
    })),
  )
  const read = owners.map((owner, index) => ({ owner, answer: answers[index] }))
  const known = read.filter(({ answer: one }) => one.ok)
  const first = known[0]?.answer.value
  return {
    accounts: known.flatMap(({ owner, answer: one }) => [account(owner, one.value)]),
    assets: first === undefined ? [] : assets,
    marks:
      first === undefined
        ? []
        : [
            mark(priceMark, ETHER, parseAmount(first.price), first.timeMs),
            mark(dollarMark, DOLLAR, { raw: 1n, decimals: 0 }, first.timeMs),
          ],
    shared: {},
    existence: read.map(({ owner, answer: one }) => ({
      adapter: 'bank',
      chain: null,
      owner: owner.id,
      state: one.ok ? 'has' : 'unknown',
      asOf: one.ok ? { kind: 'time', timeMs: one.value.timeMs } : null,
      validForMs: 60_000,
    })),
    failures: read.flatMap(({ owner, answer: one }) =>
      one.ok
        ? []
        : [
            {
              adapter: 'bank',
              chain: null,
              owner: owner.id,
              error: one.error.name,
              message: one.error.shortMessage,
            },
          ],
    ),
    asOf: first === undefined ? [] : [{ kind: 'time', timeMs: first.timeMs }],
  }
}

function account(owner, { collateral, debt, timeMs }) {
  return {
    id: accountId(`bank/${owner.id}`),
    owner: owner.id,
    venue: 'bank',
    label: 'Bank loan',
    asOf: { kind: 'time', timeMs },
    recourse: false,
    rule: { tag: 'bank', version: 1, numeraire: 'USD', modes: {}, parameters: null, shared: [] },
    legs: [
      {
        kind: 'collateral',
        id: 'ether',
        asset: ETHER,
        mark: priceMark,
        amount: parseAmount(collateral),
        counts: true,
      },
      { kind: 'debt', id: 'dollars', asset: DOLLAR, mark: dollarMark, amount: parseAmount(debt) },
    ],
    dependsOn: [],
    reconciliation: reconcile('bank@1', []),
    fidelity: { grade: 'exact' },
    flags: [],
  }
}

export default defineAdapter({
  id: 'bank',
  name: 'Bank',
  kind: 'venue',
  family: 'lending',
  chains: [],
  hosts: { api: { url: 'http://127.0.0.1:1', budget: null, browser: 'no' } },
  history: 'none',
  discovery: 'one request for each owner',
  fidelity: { all: { grade: 'exact' } },
  read,
  modules: [module],
})
