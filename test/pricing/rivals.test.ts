// What other libraries get wrong about prices and volatilities, run beside ours: if they ever get it
// right, the test says so.
import {
  black76Price,
  blackScholesGreeks,
  blackScholesPrice,
  impliedVolatility,
  normalCdf,
  onForward,
} from '@plimsoll/risk/pricing'
import { BlackScholes } from '@uqee/black-scholes'
import blackScholes from 'black-scholes'
import { describe, expect, it } from 'vitest'

const rival = new BlackScholes()

describe('uqee-implied-volatility: extremes', () => {
  const extremes = [
    { strike: 100, years: 1, volatility: 0.01 },
    { strike: 130, years: 0.1, volatility: 0.2 },
    { strike: 160, years: 0.1, volatility: 0.3 },
    { strike: 100, years: 1, volatility: 5 },
    { strike: 300, years: 0.1, volatility: 0.3 },
  ]

  it.each(extremes)('inverts strike $strike, $years years at $volatility', (extreme) => {
    const { strike, years, volatility } = extreme
    const option = { right: 'call', forward: 100, strike, years, discount: 1 } as const
    const price = black76Price({ ...option, volatility })
    expect(Math.abs(impliedVolatility({ ...option, price }) / volatility - 1)).toBeLessThan(1e-13)
  })

  it('is wrong by more than half somewhere in the rival', () => {
    const errors = extremes.map(({ strike, years, volatility }) => {
      const option = { right: 'call', forward: 100, strike, years, discount: 1 } as const
      const price = black76Price({ ...option, volatility })
      const found = rival.sigma({
        price,
        rate: 0,
        strike,
        time: years,
        type: 'call',
        underlying: 100,
      })
      return Math.abs(found / volatility - 1)
    })
    expect(errors.some((error) => !(error < 0.5))).toBe(true)
  })
})

describe('uqee-price: an interpolated distribution', () => {
  it('is off by more than 1e-6 on a spot of 100 where ours is exact', () => {
    const option = { spot: 100, strike: 100, volatility: 0.2, years: 1, rate: 0, carry: 0 }
    const truth = 7.965567455405796
    expect(Math.abs(blackScholesPrice({ ...option, right: 'call' }) - truth)).toBeLessThan(1e-13)
    let worst = 0
    for (let strike = 60; strike <= 140; strike += 0.5) {
      const each = { ...option, strike, right: 'call' } as const
      const { price } = rival.option({
        rate: 0,
        sigma: 0.2,
        strike,
        time: 1,
        type: 'call',
        underlying: 100,
      })
      worst = Math.max(worst, Math.abs(price - blackScholesPrice(each)))
    }
    expect(worst).toBeGreaterThan(1e-6)
  })
})

describe('black-scholes-tails: a distribution that is 0 beyond 8', () => {
  it('prices what is far out of the money above 0, so that it has a volatility', () => {
    const option = { right: 'call', spot: 100, strike: 300, volatility: 0.3, years: 0.1 } as const
    const rates = { rate: 0, carry: 0 }
    expect(blackScholes.blackScholes(100, 300, 0.1, 0.3, 0, 'call')).toBe(0)
    const price = blackScholesPrice({ ...option, ...rates })
    expect(Math.abs(price / 3.618796341487501e-31 - 1)).toBeLessThan(1e-11)
    const quoted = { ...onForward({ ...option, ...rates }), price }
    expect(Math.abs(impliedVolatility(quoted) / 0.3 - 1)).toBeLessThan(1e-13)
  })
})

describe('tensor-normcdf', () => {
  it('has the distribution and the delta at the money to 1e-12, not to a tenth', () => {
    expect(Math.abs(normalCdf(1) - 0.8413447460685429)).toBeLessThan(1e-15)
    const option = { spot: 100, strike: 100, volatility: 0.2, years: 1, rate: 0, carry: 0 } as const
    const call = blackScholesGreeks({ ...option, right: 'call' })
    const put = blackScholesGreeks({ ...option, right: 'put' })
    expect(Math.abs(call.delta - 0.539827837277029)).toBeLessThan(1e-12)
    expect(Math.abs(call.delta - put.delta - 1)).toBeLessThan(1e-15)
  })
})

describe('tensor-short-gamma-sign', () => {
  const option = { right: 'put', strike: 90, volatility: 0.6, rate: 0, carry: 0 } as const
  const at = (spot: number, years: number) => blackScholesGreeks({ ...option, spot, years })

  it('loses on a delta-hedged short option whichever way the spot moves, as its gamma says', () => {
    const now = at(100, 0.5)
    for (const move of [-2, 2]) {
      const hedged = -(at(100 + move, 0.5).price - now.price) + now.delta * move
      expect(hedged).toBeLessThan(0)
      expect(Math.abs(hedged / (-0.5 * now.gamma * move * move) - 1)).toBeLessThan(0.05)
    }
  })

  it('takes the time as an argument: the same at any hour, less with less time', () => {
    expect(at(100, 0.5)).toEqual(at(100, 0.5))
    expect(at(100, 0.1).price).toBeLessThan(at(100, 0.5).price)
  })
})
