import { crossModule, portfolioModule } from '@plimsoll/adapters/perps/paradex'
import { readPortfolio } from '@plimsoll/client'
import type { MarkId, Portfolio, VenueState } from '@plimsoll/model'
import { InvalidRuleError, MarkError, parseAmount, toNumber } from '@plimsoll/model'
import { compile, evaluateMultipliers, optionPrice } from '@plimsoll/risk'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fixture } from './venue.js'
import { changed, clientOf, fourAccounts, ownerAt, stateOf } from './venue.js'

const CROSS = 0
const PORTFOLIO = 1
const ISOLATED = 2
const isDeep = process.env.PLIMSOLL_DEEP === '1'
const SYMBOLS = ['BTC-USD-PERP', 'BTC-USD-9OCT26-80000-C', 'BTC-USD-25DEC26-70000-P']

type Listing = { readonly results: readonly { readonly [field: string]: unknown }[] }

/** The markets of BTC once more, as those of ETH. */
const twice = ({ results }: Listing): Listing => ({
  results: [
    ...results,
    ...results.map((row) => ({
      ...row,
      symbol: String(row.symbol).replace('BTC', 'ETH'),
      ...('base_currency' in row ? { base_currency: 'ETH' } : {}),
    })),
  ],
})

const fixture = fourAccounts()
const both = changed<Listing>(
  changed<Listing>(fixture, null, '/v1/markets', twice),
  null,
  '/v1/markets/summary',
  twice,
)
const EVERY_SYMBOL = [...SYMBOLS, ...SYMBOLS.map((symbol) => symbol.replace('BTC', 'ETH'))]
const at = Math.floor(fixture.nowMs / 1000)
const moduleOf = (index: number) => (index === CROSS ? crossModule : portfolioModule)

async function readOne(venue: Fixture, index: number): Promise<Portfolio> {
  const portfolio = await readPortfolio(clientOf(venue), { owners: [ownerAt(venue, index)] })
  expect(portfolio.failures).toEqual([])
  return portfolio
}

const stateIn = (portfolio: Portfolio, index: number, when = at): VenueState =>
  stateOf(portfolio, ownerAt(fixture, index), when)

/** A state with marks moved by multipliers. */
function movedState(state: VenueState, moves: ReadonlyMap<string, number>): VenueState {
  const marks = [...state.marks].map(([id, mark]): [MarkId, typeof mark] => {
    const price = toNumber(mark.mid) * (moves.get(id) ?? 1)
    return [id, { ...mark, mid: parseAmount(price.toFixed(8)) }]
  })
  return { ...state, marks: new Map(marks) }
}

const size = fc.integer({ min: -4_000, max: 4_000 }).filter((thousandths) => thousandths !== 0)
const held = (symbols: readonly string[]) =>
  fc.array(fc.record({ symbol: fc.constantFrom(...symbols), size }), {
    minLength: 1,
    maxLength: 5,
  })
const move = fc.double({ min: 0.5, max: 2, noNaN: true })

describe('evaluate and compile', () => {
  it.each([
    ['cross margin, of two underlyings', CROSS, EVERY_SYMBOL],
    ['portfolio margin', PORTFOLIO, SYMBOLS],
  ] as const)('agree on any account in %s, at any prices', async (_mode, index, symbols) => {
    await fc.assert(
      fc.asyncProperty(
        held(symbols),
        fc.array(move, { minLength: 12, maxLength: 12 }),
        async (list, moves) => {
          const venue = changed<unknown>(both, index, '/v1/positions', () => ({
            results: list.map(({ symbol, size: thousandths }) => ({
              status: 'OPEN',
              market: symbol,
              side: thousandths > 0 ? 'LONG' : 'SHORT',
              size: (Math.abs(thousandths) / 1000).toFixed(3),
              average_entry_price: '2000',
              unrealized_pnl: '0',
              unrealized_funding_pnl: '0',
            })),
          }))
          const portfolio = await readOne(venue, index)
          const state = stateIn(portfolio, index)
          const program = compile(portfolio, { modules: [crossModule, portfolioModule], at })
          const named = new Map(
            program.marks.map(({ id }, place) => [id as string, moves[place] ?? 1]),
          )
          const moved = movedState(state, named)
          const multipliers = program.marks.map(
            ({ id, price }) =>
              toNumber(moved.marks.get(id)?.mid ?? { raw: 0n, decimals: 0 }) / price,
          )
          const [compiled = Number.NaN] = evaluateMultipliers(
            program,
            Float64Array.from([...multipliers, 1]),
            new Float64Array(1),
          )
          const { health } = moduleOf(index).evaluate(moved)
          const bound = program.accounts[0]?.compiled?.errorBound ?? Number.NaN
          expect(Math.abs(compiled - (health.value ?? Number.NaN))).toBeLessThanOrEqual(
            (1e-12 + bound) * Math.max(1, Math.abs(compiled)),
          )
          expect(bound).toBeLessThan(1e-9)
        },
      ),
      { numRuns: isDeep ? 400 : 15 },
    )
  })

  it('ask nothing of entries that cancel out in cross margin', async () => {
    const entry = {
      status: 'OPEN',
      market: 'BTC-USD-PERP',
      size: '0.5',
      average_entry_price: '77888.84',
      unrealized_pnl: '0',
      unrealized_funding_pnl: '0',
    }
    const flat = changed<unknown>(fixture, ISOLATED, '/v1/positions', () => ({
      results: ['LONG', 'SHORT'].map((side) => ({ ...entry, side })),
    }))
    const portfolio = await readOne(flat, ISOLATED)
    const { health, maintenanceMargin } = crossModule.evaluate(stateIn(portfolio, ISOLATED))
    expect(health).toMatchObject({ value: null, reason: 'no-requirement' })
    expect(maintenanceMargin).toBe(0)
    const program = compile(portfolio, { modules: [crossModule], at })
    const ones = new Float64Array(program.marks.length + 1).fill(1)
    expect(evaluateMultipliers(program, ones, new Float64Array(1))).toEqual(
      Float64Array.of(Infinity),
    )
  })

  it('compile alike from moved marks and from the first ones', async () => {
    const portfolio = await readOne(fixture, PORTFOLIO)
    const state = stateIn(portfolio, PORTFOLIO)
    const moved = movedState(state, new Map([...state.marks.keys()].map((id) => [id, 0.8])))
    const marks = [...moved.marks.values()]
    const program = compile({ ...portfolio, marks }, { modules: [portfolioModule], at })
    const [health = Number.NaN] = evaluateMultipliers(
      program,
      new Float64Array(program.marks.length + 1).fill(1),
      new Float64Array(1),
    )
    expect(health).toBeCloseTo(portfolioModule.evaluate(moved).health.value ?? Number.NaN, 10)
  })
})

describe('evaluate', () => {
  it('moves the value of an option with its volatility', async () => {
    const portfolio = await readOne(fixture, CROSS)
    const state = stateIn(portfolio, CROSS)
    const { account } = state
    const [leg] = account.legs.flatMap((one) => (one.kind === 'option' ? [one] : []))
    if (leg?.impliedVolatility == null) throw new TypeError('No option is held.')
    const legs = account.legs.map((one) =>
      one === leg ? { ...leg, impliedVolatility: 2 * (leg.impliedVolatility ?? 0) } : one,
    )
    const shocked = crossModule.evaluate({ ...state, account: { ...account, legs } })
    const spot = 77939.768
    const root = Math.sqrt((leg.expiry - at) / (365 * 86_400))
    const price = (volatility: number) =>
      optionPrice(true, leg.right === 'call', spot, toNumber(leg.strike), volatility * root)
    const change = price(2 * leg.impliedVolatility) - price(leg.impliedVolatility)
    expect(shocked.equity - crossModule.evaluate(state).equity).toBeCloseTo(
      toNumber(leg.size) * change,
      6,
    )
  })

  it('knows nothing without a mark, a volatility or terms that fit', async () => {
    const state = stateIn(await readOne(fixture, CROSS), CROSS)
    const { account } = state
    expect(() => crossModule.evaluate({ ...state, marks: new Map() })).toThrow(MarkError)
    expect(() => crossModule.evaluate({ ...state, shared: new Map() })).toThrow(InvalidRuleError)
    const rule = { ...account.rule, parameters: { orders: [], fees: {} } }
    expect(() => crossModule.evaluate({ ...state, account: { ...account, rule } })).toThrow(
      /fee rate/,
    )
    const legs = account.legs.map((leg) =>
      leg.kind === 'option' ? { ...leg, impliedVolatility: null } : leg,
    )
    expect(() => crossModule.evaluate({ ...state, account: { ...account, legs } })).toThrow(
      /no implied volatility/,
    )
  })

  it('leaves the perpetual, its order and the provisions once the options settle', async () => {
    const portfolio = await readOne(fixture, PORTFOLIO)
    const settled = Date.UTC(2026, 11, 25, 8) / 1000
    const { initialMargin } = portfolioModule.evaluate(stateIn(portfolio, PORTFOLIO, settled))
    const [mark, spot] = [77888.84, 77939.768]
    const fallen = mark * 0.84
    const loss = 0.8 * (mark - fallen) + 0.1 * (77000 - fallen)
    const funding = 0.00017403 * (0.8 - 0.1) * spot
    const fees = 0.0003 * (0.8 + 0.1) * mark + 0.0004 * (1.5 + 1) * spot
    expect(initialMargin).toBeCloseTo(loss + funding + fees, 6)
  })
})
