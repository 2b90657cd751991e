import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { OptionBook, StressGrid } from '@plimsoll/risk'

const SOURCE = fileURLToPath(new URL('limit.c', import.meta.url))
const COMPILERS = ['gcc', 'clang', 'cc']

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
  const compiler = COMPILERS.find((name) => macros(name) !== null)
  if (compiler === undefined) return { unavailable: `no C compiler (${COMPILERS.join(', ')})` }
  const defined = macros(compiler) ?? ''
  if (!/__AVX2__/.test(defined) || !/__FMA__/.test(defined)) {
    return { unavailable: `${compiler} knows no AVX2 and FMA for this processor` }
  }
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-limit-'))
  const program = join(folder, 'limit')
  const input = join(folder, 'book')
  execFileSync(compiler, ['-O3', '-march=native', SOURCE, '-o', program, '-lm'])
  writeFileSync(input, serialized(book, volatilities, grid))
  const child = spawn(program, [input], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const next = async (): Promise<number> => {
    const { value, done } = await lines.next()
    if (done === true) throw new Error(`${program} ended early. Run it on ${input} by hand.`)
    return Number(value)
  }
  return {
    round: () => {
      child.stdin.write('\n')
      return next()
    },
    end: async () => {
      child.stdin.end()
      const totals: number[] = []
      for (let cell = 0; cell < grid.columns * grid.spots.length; cell++) totals.push(await next())
      rmSync(folder, { recursive: true })
      return totals
    },
  }
}

/** What `-march=native` defines, or null where there is no such compiler. */
function macros(compiler: string): string | null {
  try {
    const args = ['-march=native', '-dM', '-E', '-x', 'c', '-']
    return execFileSync(compiler, args, { input: '', encoding: 'utf8', stdio: 'pipe' })
  } catch {
    return null
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
