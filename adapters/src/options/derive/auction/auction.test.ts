import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AuctionError,
  type AuctionedAccount,
  type AuctionTerms,
  auctionDiscount,
  auctionStage,
  bidInsolvent,
  bidSolvent,
  bufferMargin,
  insolventBidPrice,
  insolventBounds,
  liquidationFee,
  maximumFraction,
  solventBidPrice,
} from './auction.js'

const terms: AuctionTerms = {
  buffer: 0.15,
  discountStart: 0.95,
  discountFastEnd: 0.7,
  fastSeconds: 900,
  slowSeconds: 43_200,
  insolventSeconds: 3_600,
  liquidationFee: 0.05,
  wholeBelow: 0,
}
const account: AuctionedAccount = { markToMarket: 100, maintenance: -60, reserved: 0, sold: 0 }

const share = fc.double({ min: 0.001, max: 1, noNaN: true })
const usd = fc.double({ min: 1, max: 1e7, noNaN: true })
/** Accounts in a solvent auction: worth something beside what is reserved, buffer margin below 0. */
const solvent = fc
  .record({ reserved: usd, beside: usd, short: usd, wholeBelow: fc.constant(0) })
  .map(
    ({ reserved, beside, short }): AuctionedAccount => ({
      markToMarket: reserved + beside,
      maintenance: -short,
      reserved,
      sold: 0,
    }),
  )

describe('auctionDiscount', () => {
  it.each([
    [0, 0.95],
    [450, 0.825],
    [900, 0.7],
    [900 + 10_800, 0.525],
    [900 + 43_199, 0.7 / 43_200],
    [900 + 43_200, 0],
    [1e9, 0],
  ])('after %s s is %s', (seconds, discount) => {
    expect(auctionDiscount(seconds, terms)).toBeCloseTo(discount, 12)
  })

  it('never rises', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 50_000, noNaN: true }),
        fc.double({ min: 0, max: 5_000, noNaN: true }),
        (seconds, later) => {
          const now = auctionDiscount(seconds, terms)
          expect(auctionDiscount(seconds + later, terms)).toBeLessThanOrEqual(now)
        },
      ),
    )
  })

  it('has only a slow part when the fast one takes no time', () => {
    expect(auctionDiscount(0, { ...terms, fastSeconds: 0 })).toBe(0.7)
    expect(auctionDiscount(0, { ...terms, fastSeconds: 0, slowSeconds: 0 })).toBe(0)
  })
})

describe('maximumFraction', () => {
  it('is the buffer margin over what a bid for all changes it by', () => {
    // BM = −60 − 0.15 · 160 = −84
    expect(bufferMargin(account, terms)).toBe(-84)
    expect(maximumFraction(account, 0.95, terms)).toBe(84 / (84 + 95))
    expect(maximumFraction({ ...account, reserved: 10 }, 0.5, terms)).toBe(84 / (84 + 50 + 5))
  })

  it('is from 0 to 1, and all at a price of 0', () => {
    fc.assert(
      fc.property(solvent, share, (state, discount) => {
        const fraction = maximumFraction(state, discount, terms)
        expect(fraction).toBeGreaterThan(0)
        expect(fraction).toBeLessThanOrEqual(1)
        expect(maximumFraction({ ...state, reserved: 0 }, 0, terms)).toBe(1)
      }),
    )
  })

  it('is nothing at or above the buffer margin, and without mark-to-market', () => {
    expect(maximumFraction({ ...account, maintenance: 50 }, 0.95, terms)).toBe(0)
    const exact = { ...account, markToMarket: 0, maintenance: 0 }
    expect(maximumFraction(exact, 0.95, terms)).toBe(0)
    expect(maximumFraction({ ...account, markToMarket: -1 }, 0.95, terms)).toBe(0)
  })

  it('is all below the limit, whatever the buffer margin', () => {
    expect(maximumFraction(account, 0.95, { ...terms, wholeBelow: 101 })).toBe(1)
    expect(maximumFraction(account, 0.95, { ...terms, wholeBelow: 100 })).toBeLessThan(1)
  })
})

describe('bidSolvent', () => {
  it('brings the buffer margin to 0 with the largest bid', () => {
    fc.assert(
      fc.property(solvent, fc.double({ min: 0, max: 40_000, noNaN: true }), (state, seconds) => {
        const { fraction, after } = bidSolvent(state, { wanted: 1, seconds }, terms)
        const discount = auctionDiscount(seconds, terms)
        expect(fraction).toBe(maximumFraction(state, discount, terms))
        const size = state.markToMarket - state.maintenance
        expect(Math.abs(bufferMargin(after, terms)) / size).toBeLessThan(1e-12)
      }),
    )
  })

  it('brings it nearer to 0 with any bid, the maintenance margin too', () => {
    fc.assert(
      fc.property(solvent, share, (state, wanted) => {
        const { fraction, after } = bidSolvent(state, { wanted, seconds: 0 }, terms)
        expect(fraction).toBeLessThanOrEqual(wanted)
        const size = state.markToMarket - state.maintenance
        expect(bufferMargin(after, terms)).toBeGreaterThan(bufferMargin(state, terms))
        expect(bufferMargin(after, terms) / size).toBeLessThan(1e-12)
        expect(after.maintenance).toBeGreaterThan(state.maintenance)
        expect(after.markToMarket).toBeLessThan(state.markToMarket)
      }),
    )
  })

  it('gives a share of all but the reserved cash, for a share of its price', () => {
    const reserving = { ...account, reserved: 20 }
    const bid = bidSolvent(reserving, { wanted: 0.25, seconds: 450 }, terms)
    expect(bid.fraction).toBe(0.25)
    expect(bid.paid).toBeCloseTo(0.25 * 80 * 0.825, 12)
    expect(bid).toMatchObject({ received: 0, fromSecurityModule: 0, socialized: 0 })
    expect(bid.bidderCash).toBeCloseTo(bid.paid + 0.25 * 104, 12)
    expect(bid.after.markToMarket).toBeCloseTo(20 + 60 + bid.paid, 12)
    expect(bid.after.maintenance).toBeCloseTo(20 - 60 + bid.paid, 12)
    expect(bid.after.reserved).toBeCloseTo(20 + bid.paid, 12)
    expect(bid.after.sold).toBe(0.25)
    const second = bidSolvent(bid.after, { wanted: 0.2, seconds: 460 }, terms)
    expect(second.after.sold).toBeCloseTo(0.25 + 0.75 * 0.2, 12)
  })

  it('leaves the payments alone when all is taken', () => {
    const { after, paid } = bidSolvent(
      account,
      { wanted: 1, seconds: 10 },
      { ...terms, wholeBelow: 1000 },
    )
    expect(after).toEqual({ markToMarket: paid, maintenance: paid, reserved: paid, sold: 1 })
  })

  it.each([0, -0.1, 1.001, Number.NaN])('refuses a share of %s', (wanted) => {
    expect(() => bidSolvent(account, { wanted, seconds: 0 }, terms)).toThrow(AuctionError)
  })

  it.each([
    ['after its time', account, 44_100],
    ['when reserved cash is all there is', { ...account, reserved: 100 }, 0],
    ['without mark-to-market', { ...account, markToMarket: -1 }, 0],
    ['at the buffer margin', { ...account, markToMarket: 100, maintenance: 50 }, 0],
  ])('refuses a bid %s', (_when, state, seconds) => {
    expect(() => bidSolvent(state, { wanted: 0.1, seconds }, terms)).toThrow(
      /solvent auction is over/,
    )
  })
})

describe('solventBidPrice', () => {
  it('is never below 0', () => {
    expect(solventBidPrice({ ...account, reserved: 40 }, 0.5)).toBe(30)
    expect(solventBidPrice({ ...account, reserved: 101 }, 0.5)).toBe(0)
  })
})

describe('liquidationFee', () => {
  it('is charged on what could be sold at the mark, and leaves mark-to-market', () => {
    expect(liquidationFee(account, terms)).toBeCloseTo((84 / 184) * 100 * 0.05, 12)
    expect(liquidationFee({ ...account, reserved: 50 }, terms)).toBe(liquidationFee(account, terms))
    expect(liquidationFee({ ...account, markToMarket: -5 }, terms)).toBe(0)
  })
})

describe('bidInsolvent', () => {
  const debt: AuctionedAccount = { markToMarket: -20, maintenance: -120, reserved: 0, sold: 0.3 }
  const bounds = insolventBounds(debt)

  it('is paid from the debt to the maintenance margin as time goes', () => {
    expect(bounds).toEqual({ from: -20, to: -120 })
    expect(insolventBounds({ ...account, maintenance: 5 })).toEqual({ from: 0, to: 0 })
    expect(insolventBidPrice(0, bounds, terms)).toBe(-20)
    expect(insolventBidPrice(900, bounds, terms)).toBe(-45)
    expect(insolventBidPrice(3_600, bounds, terms)).toBe(-120)
    expect(insolventBidPrice(1e9, bounds, terms)).toBe(-120)
    expect(insolventBidPrice(0, bounds, { ...terms, insolventSeconds: 0 })).toBe(-120)
  })

  it('is paid by the security module first and by all holders of cash for the rest', () => {
    const bid = bidInsolvent(debt, { wanted: 0.5, seconds: 900, securityModule: 10, bounds }, terms)
    expect(bid).toEqual({
      fraction: 0.5,
      paid: 0,
      received: 22.5,
      fromSecurityModule: 10,
      socialized: 12.5,
      bidderCash: 60 - 22.5,
      after: { markToMarket: -10, maintenance: -60, reserved: 0, sold: 0.3 },
    })
    const rich = bidInsolvent(debt, { wanted: 1, seconds: 0, securityModule: 1e9, bounds }, terms)
    expect(rich).toMatchObject({ received: 20, fromSecurityModule: 20, socialized: 0 })
    const empty = bidInsolvent(debt, { wanted: 1, seconds: 0, securityModule: -5, bounds }, terms)
    expect(empty).toMatchObject({ fromSecurityModule: 0, socialized: 20 })
  })

  it('conserves: what the bidder gets, someone pays', () => {
    fc.assert(
      fc.property(usd, usd, share, usd, (owed, lacking, wanted, securityModule) => {
        const state = { ...debt, markToMarket: -owed, maintenance: -owed - lacking }
        const bid = bidInsolvent(
          state,
          { wanted, seconds: 1_800, securityModule, bounds: insolventBounds(state) },
          terms,
        )
        expect(bid.fromSecurityModule + bid.socialized).toBeCloseTo(bid.received, 6)
        expect(bid.socialized).toBeGreaterThanOrEqual(0)
        expect(bid.bidderCash).toBeGreaterThanOrEqual(0)
      }),
    )
  })

  it('refuses a share that is none, and an account above maintenance', () => {
    const bid = { wanted: 0, seconds: 0, securityModule: 0, bounds }
    expect(() => bidInsolvent(debt, bid, terms)).toThrow(AuctionError)
    expect(() => bidInsolvent({ ...debt, maintenance: 0 }, { ...bid, wanted: 1 }, terms)).toThrow(
      /maintenance margin is 0 USD/,
    )
  })
})

describe('auctionStage', () => {
  const fresh = { started: 'none', seconds: 0 } as const
  it('starts below the maintenance margin, insolvent without mark-to-market', () => {
    expect(auctionStage({ ...account, maintenance: 0 }, fresh, terms)).toBe('none')
    expect(auctionStage(account, fresh, terms)).toBe('solvent')
    expect(auctionStage({ ...account, markToMarket: 0 }, fresh, terms)).toBe('insolvent')
  })

  const running = { started: 'solvent', seconds: 100 } as const
  it('stays solvent above maintenance until the buffer margin is restored', () => {
    expect(auctionStage({ ...account, maintenance: 5 }, running, terms)).toBe('solvent')
    expect(auctionStage({ ...account, maintenance: 50 }, running, terms)).toBe('none')
    expect(auctionStage({ ...account, reserved: 100 }, running, terms)).toBe('none')
    expect(auctionStage({ ...account, reserved: 99 }, running, terms)).toBe('solvent')
  })

  it('turns insolvent when the time of the solvent auction is over', () => {
    const late = { started: 'solvent', seconds: 44_100 } as const
    expect(auctionStage(account, { ...late, seconds: 44_099 }, terms)).toBe('solvent')
    expect(auctionStage(account, late, terms)).toBe('insolvent')
    expect(auctionStage({ ...account, maintenance: 0 }, late, terms)).toBe('none')
    expect(auctionStage(account, { started: 'insolvent', seconds: 0 }, terms)).toBe('insolvent')
  })
})
