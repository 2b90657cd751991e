import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { OptionBook, StressGrid } from '@plimsoll/risk/grid'
import { compileC } from './compiler.js'
import { startLineProcess } from './lineProcess.js'

/** The C kernel as a process of its own that waits for the next round. */
export type Limit = {
  /** Values the book once; nanoseconds. */
  readonly round: () => Promise<number>
  /** Ends the process; the totals of the book, [columns × spots]. */
  readonly end: () => Promise<readonly number[]>
}

/** Starts the C kernel on a book, or says why this machine cannot. */
export async function startLimit(
  book: OptionBook,
  volatilities: Float64Array,
  grid: StressGrid,
): Promise<Limit | { readonly unavailable: string }> {
  const compiled = compileC('limit.c')
  if ('unavailable' in compiled) return compiled
  const input = join(compiled.folder, 'book')
  writeFileSync(input, serialized(book, volatilities, grid))
  const { round, end } = startLineProcess(compiled.program, [input])
  return {
    round,
    end: async () => {
      const totals = await end(grid.columns * grid.spots.length)
      rmSync(compiled.folder, { recursive: true })
      return totals
    },
  }
}

/** The input of `limit.c`; volatilities column by column, so that four options lie side by side. */
function serialized(book: OptionBook, volatilities: Float64Array, grid: StressGrid): Float64Array {
  const { count, size, strike, forward, years, discount, reference } = book
  const byColumn = Array.from({ length: count * grid.columns }, (_, index) => {
    const column = Math.floor(index / count)
    return volatilities[(index % count) * grid.columns + column] ?? NaN
  })
  return Float64Array.from([
    count,
    grid.columns,
    grid.spots.length,
    ...Array.from(book.call, (call) => (call === 0 ? -1 : 1)),
    ...size,
    ...strike,
    ...forward,
    ...years.map(Math.sqrt),
    ...discount,
    ...reference,
    ...forward.map((value, option) => Math.log(value / (strike[option] ?? NaN))),
    ...byColumn,
    ...grid.spots,
    ...grid.logSpots,
  ])
}
