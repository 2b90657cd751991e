import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Leg, MarginAccount, Mark, Native, Portfolio } from './index.js'
import {
  accountId,
  erc20,
  InvalidPortfolioError,
  markId,
  ownerId,
  parsePortfolio,
  reconcile,
  serializePortfolio,
  sharedKey,
  toCanonicalJson,
  unlistedAsset,
} from './index.js'

const token = unlistedAsset({ id: erc20(1, `0x${'a'.repeat(40)}`), symbol: 'TKN', decimals: 18 })
const owner = ownerId(`0x${'1'.repeat(40)}`)
const key = sharedKey('venue/1/reserve')

const natives = fc.letrec<{ native: Native }>((tie) => ({
  native: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
    fc.string(),
    fc.bigInt(),
    fc.array(tie('native'), { maxLength: 3 }),
    fc.dictionary(
      fc.string().filter((name) => name !== '$int' && name !== '__proto__'),
      tie('native'),
      { maxKeys: 3, noNullPrototype: true },
    ),
  ),
})).native

const unsigned = fc.record({
  raw: fc.bigInt({ min: 0n, max: 2n ** 256n }),
  decimals: fc.integer({ min: 0, max: 77 }),
})
const signed = fc.record({
  raw: fc.bigInt({ min: -(2n ** 255n), max: 2n ** 255n }),
  decimals: fc.integer({ min: 0, max: 77 }),
})

const mark: Mark = {
  id: markId('venue/1/TKN'),
  asset: token.id,
  numeraire: 'USD',
  min: { raw: 1n, decimals: 8 },
  mid: { raw: 2n, decimals: 8 },
  max: { raw: 3n, decimals: 8 },
  confidence: null,
  source: 'venue-oracle',
  feed: 'chainlink',
  timeMs: 1,
  stalenessLimitMs: null,
}

const base = { asset: token.id, mark: mark.id }
const legs: fc.Arbitrary<Leg> = fc.oneof(
  fc.record({
    kind: fc.constant('collateral' as const),
    id: fc.uuid(),
    asset: fc.constant(base.asset),
    mark: fc.constant(base.mark),
    amount: unsigned,
    counts: fc.boolean(),
    native: natives,
  }),
  fc.record({
    kind: fc.constant('option' as const),
    id: fc.uuid(),
    asset: fc.constant(base.asset),
    mark: fc.constant(null),
    forward: fc.constant(base.mark),
    right: fc.constantFrom('call' as const, 'put' as const),
    size: signed,
    strike: unsigned,
    expiry: fc.nat(),
    impliedVolatility: fc.option(fc.double({ min: 0, max: 10, noNaN: true })),
    price: fc.option(unsigned),
  }),
  fc.record({
    kind: fc.constant('perp' as const),
    id: fc.uuid(),
    asset: fc.constant(base.asset),
    mark: fc.constant(base.mark),
    size: signed,
    entryPrice: fc.option(unsigned),
  }),
  fc.record({
    kind: fc.constant('cash' as const),
    id: fc.uuid(),
    asset: fc.constant(base.asset),
    mark: fc.constant(null),
    amount: signed,
  }),
)

const accounts: fc.Arbitrary<MarginAccount> = fc.record({
  id: fc.uuid().map((id) => accountId(`venue/1/${id}`)),
  owner: fc.constant(owner),
  venue: fc.constant('venue'),
  label: fc.string(),
  asOf: fc.oneof(
    fc.record({ kind: fc.constant('time' as const), timeMs: fc.nat() }),
    fc.record({
      kind: fc.constant('block' as const),
      chain: fc.constant(1),
      number: fc.bigInt({ min: 0n, max: 10n ** 20n }),
      hash: fc.constant(`0x${'f'.repeat(64)}` as const),
      timestamp: fc.nat(),
    }),
  ),
  recourse: fc.boolean(),
  rule: fc.record({
    tag: fc.string(),
    version: fc.nat(),
    numeraire: fc.constant('USD'),
    modes: fc.dictionary(fc.constantFrom('emode', 'account'), fc.string(), {
      noNullPrototype: true,
    }),
    parameters: natives,
    shared: fc.constant([key]),
  }),
  legs: fc.uniqueArray(legs, { maxLength: 4, selector: (leg) => leg.id }),
  dependsOn: fc.constant([]),
  reconciliation: signed.map((value) =>
    reconcile('1', [
      { name: 'health', reported: value, recomputed: value, residual: 0, tolerance: 0 },
    ]),
  ),
  fidelity: fc.constantFrom(
    { grade: 'exact' as const },
    { grade: 'verified' as const, cases: 3 },
    { grade: 'modelled' as const },
  ),
  flags: fc.constant([{ code: 'frozen', severity: 'warning' as const, message: 'm' }]),
})

const portfolios: fc.Arbitrary<Portfolio> = fc
  .record({
    accounts: fc.uniqueArray(accounts, { maxLength: 3, selector: ({ id }) => id }),
    shared: natives,
  })
  .map(({ accounts: list, shared }) => ({
    format: 'plimsoll-portfolio/1',
    owners: [owner],
    asOf: [],
    skewMs: 0,
    accounts: list,
    assets: [token],
    marks: [mark],
    shared: { [key]: shared },
    existence: [{ adapter: 'venue', chain: 1, owner, state: 'unknown', asOf: null, validForMs: 0 }],
    failures: [
      { adapter: 'venue', chain: null, owner: null, error: 'TimeoutError', message: 'again' },
    ],
  }))

const sample = (): Portfolio => fc.sample(portfolios, { numRuns: 1, seed: 7 })[0] ?? never()
const never = (): never => {
  throw new RangeError('no sample')
}

describe('serializePortfolio and parsePortfolio', () => {
  it('round-trip byte for byte', () => {
    fc.assert(
      fc.property(portfolios, (portfolio) => {
        const text = serializePortfolio(portfolio)
        const back = parsePortfolio(text)
        expect(back).toEqual(portfolio)
        expect(serializePortfolio(back)).toBe(text)
      }),
    )
  })

  it('write the same bytes whatever the order of keys', () => {
    expect(toCanonicalJson({ b: 1n, a: [null, 'x'] })).toBe('{"a":[null,"x"],"b":{"$int":"1"}}')
    expect(toCanonicalJson({ a: [null, 'x'], b: 1n, c: undefined })).toBe(
      toCanonicalJson({ b: 1n, a: [null, 'x'] }),
    )
  })

  it.each([
    ['not JSON', '<html>'],
    ['another format', '{"format":"plimsoll-portfolio/2"}'],
    ['a bad integer', '{"format":{"$int":"1e5"}}'],
    ['an integer with company', '{"format":{"$int":"1","x":1}}'],
    ['nothing', ''],
    ['null', 'null'],
  ])('refuse %s', (_what, text) => {
    expect(() => parsePortfolio(text)).toThrow(InvalidPortfolioError)
  })

  it('refuse numbers that are not finite', () => {
    const portfolio = { ...sample(), skewMs: Number.NaN }
    expect(() => serializePortfolio(portfolio)).toThrow(/NaN/)
  })

  it('refuse an unknown field rather than lose it', () => {
    const text = serializePortfolio(sample()).replace('{', '{"extra":1,')
    expect(() => parsePortfolio(text)).toThrow(/extra/)
  })

  it('refuse a reference to what is not there, and an id that occurs twice', () => {
    const portfolio = sample()
    const without = (change: Partial<Portfolio>) => () =>
      parsePortfolio(serializePortfolio({ ...portfolio, ...change }))
    expect(without({ assets: [] })).toThrow(/asset/)
    expect(without({ assets: [token, token] })).toThrow(/occurs twice/)
    expect(without({ marks: [mark, mark] })).toThrow(/occurs twice/)
    const [account] = fc.sample(accounts, { numRuns: 1, seed: 3 })
    if (account === undefined) return never()
    const lost = accountId('venue/1/lost')
    const legWith = (leg: Leg) => without({ accounts: [{ ...account, legs: [leg] }] })
    const cash = {
      kind: 'cash',
      id: 'c',
      asset: token.id,
      amount: { raw: 1n, decimals: 0 },
    } as const
    expect(without({ accounts: [account], shared: {} })).toThrow(/shared state/)
    expect(legWith({ ...cash, mark: markId('gone') })).toThrow(/mark "gone"/)
    expect(legWith({ ...cash, mark: null, backedBy: { kind: 'account', account: lost } })).toThrow(
      /account "venue\/1\/lost"/,
    )
    expect(legWith({ ...cash, mark: null })).not.toThrow()
  })
})

describe('reconcile', () => {
  const check = {
    name: 'n',
    reported: { raw: 1n, decimals: 0 },
    recomputed: { raw: 1n, decimals: 0 },
  }
  it('is unreconciled as soon as one residual is beyond its tolerance', () => {
    expect(reconcile('1', []).status).toBe('not-reported')
    expect(reconcile('1', [{ ...check, residual: 1, tolerance: 1 }]).status).toBe('reconciled')
    expect(
      reconcile('1', [
        { ...check, residual: 0, tolerance: 0 },
        { ...check, residual: 1.1, tolerance: 1 },
      ]).status,
    ).toBe('unreconciled')
  })
})
