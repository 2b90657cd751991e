import { describe, expect, it } from 'vitest'
import { grid } from './builtRisk.js'
import { GRID, gridBook } from './gridBook.js'
import { bytesPerRun, leastTimes, SLACK, say, timed } from './interleave.js'
import { startLimit } from './limit.js'
import { textbookGrid } from './textbook.js'

const { accurateGridProfits, gridProfits } = grid

const OPTIONS = 1024
const ROUNDS = 81
/** How many times as fast as a textbook kernel, and the share of C with vector instructions. */
const LEAST_OF_TEXTBOOK = 6
const LEAST_SHARE_OF_C = 1 / 3.5

describe('stress grid of 29 spots × 3 volatilities', () => {
  const { book, volatilities } = gridBook(OPTIONS)
  const cells = GRID.columns * GRID.spots.length
  const evaluations = OPTIONS * cells
  const out = new Float64Array(cells)
  const accurate = new Float64Array(cells)
  accurateGridProfits(book, volatilities, GRID, accurate)

  it('is at least 6 times as fast as a textbook kernel and 1/3.5 as fast as C with AVX2', {
    timeout: 60_000,
  }, async () => {
    const limit = await startLimit(book, volatilities, GRID)
    const least = await leastTimes(ROUNDS, {
      table: timed(evaluations, () => gridProfits(book, volatilities, GRID, out)),
      textbook: timed(evaluations, () => textbookGrid(book, volatilities, GRID.spots, out)),
      c: async () => ('unavailable' in limit ? NaN : (await limit.round()) / evaluations),
    })
    const totals = 'unavailable' in limit ? [] : await limit.end()
    const ofTextbook = least.textbook / least.table
    say(
      `stress grid: table ${least.table.toFixed(1)} ns, textbook ${least.textbook.toFixed(1)} ns a valuation; ratio ${ofTextbook.toFixed(1)}`,
    )
    expect(ofTextbook).toBeGreaterThan(LEAST_OF_TEXTBOOK / SLACK)
    if ('unavailable' in limit) {
      say(`stress grid: not compared with C: ${limit.unavailable}`)
      return
    }
    const share = least.c / least.table
    say(
      `stress grid: C with AVX2 ${least.c.toFixed(1)} ns a valuation; the table is 1/${(1 / share).toFixed(2)} as fast`,
    )
    expect(totals.length).toBe(cells)
    for (const [cell, total] of totals.entries()) {
      expect(Math.abs(total - (accurate[cell] ?? NaN))).toBeLessThan(1e-9)
    }
    expect(share).toBeGreaterThan(LEAST_SHARE_OF_C / SLACK)
  })

  it('keeps the total of 1,024 options to 1e-10', () => {
    gridProfits(book, volatilities, GRID, out)
    const errors = accurate.map((total, cell) => Math.abs(total - (out[cell] ?? NaN)))
    const worst = Math.max(...errors)
    say(`stress grid: largest error of a total ${worst.toExponential(1)}`)
    expect(worst).toBeLessThan(1e-10)
  })

  it('allocates at most a logarithm for an option, nothing for a valuation', () => {
    const bytes = bytesPerRun(100, () => gridProfits(book, volatilities, GRID, out)) / evaluations
    say(`stress grid: ${bytes.toFixed(4)} bytes left behind for a valuation`)
    // Two boxed numbers for each option of 87 valuations.
    expect(bytes).toBeLessThan(32 / cells)
  })
})
