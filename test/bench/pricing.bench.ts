import { BlackScholes } from '@uqee/black-scholes'
import blackScholes from 'black-scholes'
import greeks from 'greeks'
import { describe, expect, it } from 'vitest'
import { pricing } from './builtRisk.js'
import { gridBook } from './gridBook.js'
import { bytesPerRun, leastTimes, SLACK, say, timed } from './interleave.js'

const { black76Greeks, emptyGreekArrays, priceAndGreeks } = pricing

const OPTIONS = 1024
const ROUNDS = 151
/** Runs of the fast contenders in a round. */
const REPEATS = 20
/** How many of the options a round of the slowest peer prices. */
const SLOW_OPTIONS = 32
const LEAST_OF_UQEE = 4
const LEAST_OF_BLACK_SCHOLES = 700
const SPOT = 100
const RATE = 0.04

/** Price, delta, gamma and vega on the spot, in arrays. */
type Answers = Readonly<Record<'price' | 'delta' | 'gamma' | 'vega', Float64Array>>

function columnsOf(rows: readonly Readonly<Record<keyof Answers, number>>[]): Answers {
  return {
    price: Float64Array.from(rows, ({ price }) => price),
    delta: Float64Array.from(rows, ({ delta }) => delta),
    gamma: Float64Array.from(rows, ({ gamma }) => gamma),
    vega: Float64Array.from(rows, ({ vega }) => vega),
  }
}

describe('price and greeks of 1,024 options', () => {
  const { book, volatilities } = gridBook(OPTIONS)
  const volatility = Float64Array.from(
    book.strike,
    (_, option) => volatilities[3 * option + 1] ?? NaN,
  )
  // Forward, discount and rate belong to an expiry, and arrays of options carry them; the peers take
  // the spot and the rate.
  const growth = Array.from(book.years, (years) => Math.exp(RATE * years))
  const options = {
    count: OPTIONS,
    call: book.call,
    forward: Float64Array.from(growth, (factor) => SPOT * factor),
    strike: book.strike,
    volatility,
    years: book.years,
    discount: Float64Array.from(growth, (factor) => 1 / factor),
    rate: new Float64Array(OPTIONS).fill(RATE),
  }
  const out = emptyGreekArrays(OPTIONS)
  const byBlackScholes = {
    price: new Float64Array(OPTIONS),
    delta: new Float64Array(OPTIONS),
    gamma: new Float64Array(OPTIONS),
    vega: new Float64Array(OPTIONS),
    theta: new Float64Array(OPTIONS),
  }
  const uqee = new BlackScholes()

  // As the package has it: an object in, an object out.
  const asked = Array.from(book.call, (call, option) => ({
    rate: RATE,
    sigma: volatility[option] ?? NaN,
    strike: book.strike[option] ?? NaN,
    time: book.years[option] ?? NaN,
    type: call === 1 ? ('call' as const) : ('put' as const),
    underlying: SPOT,
  }))
  const answered = asked.map((option) => uqee.option(option))

  function runUqee(): void {
    for (let index = 0; index < asked.length; index++) {
      const option = asked[index]
      if (option !== undefined) answered[index] = uqee.option(option)
    }
  }

  function runBlackScholes(from: number, to: number): void {
    for (let option = from; option < to; option++) {
      const strike = book.strike[option] ?? NaN
      const years = book.years[option] ?? NaN
      const sigma = volatility[option] ?? NaN
      const right = book.call[option] === 1 ? 'call' : 'put'
      byBlackScholes.price[option] = blackScholes.blackScholes(
        SPOT,
        strike,
        years,
        sigma,
        RATE,
        right,
      )
      byBlackScholes.delta[option] = greeks.getDelta(SPOT, strike, years, sigma, RATE, right)
      byBlackScholes.gamma[option] = greeks.getGamma(SPOT, strike, years, sigma, RATE)
      byBlackScholes.vega[option] = 100 * greeks.getVega(SPOT, strike, years, sigma, RATE)
      byBlackScholes.theta[option] = greeks.getTheta(SPOT, strike, years, sigma, RATE, right)
    }
  }

  /**
   * Largest errors against the accurate formulas: of price and vega in units of the spot, of gamma in
   * units of 1/(S·σ√T), which is what it is at most.
   */
  function errorsOf(scale: (option: number) => number, found: Answers): Record<string, number> {
    const worst = { price: 0, delta: 0, gamma: 0, vega: 0 }
    for (let option = 0; option < OPTIONS; option++) {
      const right = book.call[option] === 1 ? 'call' : 'put'
      const truth = black76Greeks({
        right,
        forward: options.forward[option] ?? NaN,
        strike: book.strike[option] ?? NaN,
        volatility: volatility[option] ?? NaN,
        years: book.years[option] ?? NaN,
        discount: options.discount[option] ?? NaN,
      })
      const unit = scale(option)
      const off = (values: Float64Array, factor: number, exact: number): number =>
        Math.abs((values[option] ?? NaN) * factor - exact)
      worst.price = Math.max(worst.price, off(found.price, 1, truth.price) / SPOT)
      worst.delta = Math.max(worst.delta, off(found.delta, unit, truth.delta))
      const total = (volatility[option] ?? NaN) * Math.sqrt(book.years[option] ?? NaN)
      const gamma = off(found.gamma, unit * unit, truth.gamma)
      worst.gamma = Math.max(worst.gamma, gamma * SPOT * total)
      worst.vega = Math.max(worst.vega, off(found.vega, 1, truth.vega) / SPOT)
    }
    return worst
  }

  function written(errors: Record<string, number>): string {
    return Object.entries(errors)
      .map(([name, error]) => `${name} ${error.toExponential(1)}`)
      .join(', ')
  }

  it('are ≥ 4 times as fast as @uqee/black-scholes, 700 times as black-scholes and greeks', {
    timeout: 60_000,
  }, async () => {
    let from = 0
    const least = await leastTimes(ROUNDS, {
      arrays: timed(REPEATS * OPTIONS, () => {
        for (let count = 0; count < REPEATS; count++) priceAndGreeks(options, out)
      }),
      uqee: timed(REPEATS * OPTIONS, () => {
        for (let count = 0; count < REPEATS; count++) runUqee()
      }),
      blackScholes: timed(SLOW_OPTIONS, () => {
        runBlackScholes(from, from + SLOW_OPTIONS)
        from = (from + SLOW_OPTIONS) % OPTIONS
      }),
    })
    const ofUqee = least.uqee / least.arrays
    const ofBlackScholes = least.blackScholes / least.arrays
    say(
      `price + greeks: arrays ${least.arrays.toFixed(1)} ns; @uqee/black-scholes ${least.uqee.toFixed(0)} ns, ratio ${ofUqee.toFixed(1)}; black-scholes + greeks ${least.blackScholes.toFixed(0)} ns, ratio ${ofBlackScholes.toFixed(0)}`,
    )
    expect(ofUqee).toBeGreaterThan(LEAST_OF_UQEE / SLACK)
    expect(ofBlackScholes).toBeGreaterThan(LEAST_OF_BLACK_SCHOLES / SLACK)
  })

  it('have smaller errors than both', () => {
    priceAndGreeks(options, out)
    runUqee()
    runBlackScholes(0, OPTIONS)
    const spotToForward = (option: number): number => options.discount[option] ?? NaN
    const own = errorsOf(() => 1, out)
    const peers = [
      errorsOf(spotToForward, columnsOf(answered)),
      errorsOf(spotToForward, byBlackScholes),
    ]
    say(`price + greeks: largest errors: arrays ${written(own)}`)
    say(`price + greeks: largest errors: @uqee/black-scholes ${written(peers[0] ?? {})}`)
    say(`price + greeks: largest errors: black-scholes + greeks ${written(peers[1] ?? {})}`)
    const worst = Math.max(...Object.values(own))
    expect(worst).toBeLessThan(1e-12)
    for (const errors of peers) expect(worst).toBeLessThan(Math.max(...Object.values(errors)))
  })

  it('allocate nothing', () => {
    const bytes = bytesPerRun(1000, () => priceAndGreeks(options, out)) / OPTIONS
    say(`price + greeks: ${bytes.toFixed(4)} bytes left behind for an option`)
    expect(bytes).toBeLessThan(0.1)
  })
})
