import { existsSync, readFileSync } from 'node:fs'

const FOLDER = new URL('../../../shared/market/', import.meta.url)

/** Whether real closes lie beside the repository; tests of them are skipped where they do not. */
export const HAS_REAL_CLOSES: boolean = existsSync(FOLDER)

/** Real daily closes of two assets on the last days that both have, oldest first. */
export function realCloses(
  first: string,
  second: string,
  days: number,
): readonly [readonly number[], readonly number[]] {
  const [a, b] = [datedCloses(first), datedCloses(second)]
  const dates = [...a.keys()].filter((date) => b.has(date)).slice(-days)
  const of = (closes: ReadonlyMap<string, number>) => dates.map((date) => closes.get(date) ?? NaN)
  return [of(a), of(b)]
}

function datedCloses(name: string): ReadonlyMap<string, number> {
  const lines = readFileSync(new URL(`${name}-daily.csv`, FOLDER), 'utf8')
    .trim()
    .split('\n')
  return new Map(
    lines.slice(1).map((line) => {
      const [date = '', close] = line.split(',')
      return [date, Number(close)]
    }),
  )
}
