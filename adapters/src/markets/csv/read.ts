import type { FactorHistory, FactorId } from '@plimsoll/model'
import { PlimsollError } from '@plimsoll/model'

const DAY_MS = 86_400_000

/** A text of closes cannot be used; the message names the line. */
export class CsvHistoryError extends PlimsollError {
  override readonly name = 'CsvHistoryError'
}

/** What the text itself does not say. */
export type CsvHistoryOptions = {
  /** A `spot:` factor, with closes in the numeraire, or a `peg:` factor, with closes in its anchor. */
  readonly factor: FactorId
  /** Who says so, for print. */
  readonly source: string
}

/**
 * The daily closes of a CSV text. Its first line names the columns, of which `date` (`2026-11-30`) and
 * `close` are read; the close is the price at 24:00 UTC of its date. One line a day, oldest first:
 * nothing is filled in, sorted or left out.
 *
 * @example
 * historyFromCsv('date,close\n2026-11-28,4000\n2026-11-29,4100\n', {
 *   factor: factorId('spot:ETH'),
 *   source: 'my records',
 * }).prices // [4000, 4100]
 *
 * @throws CsvHistoryError when a column is missing, or a line has no date, no close above 0, or is not
 * of the day after the line before it.
 */
export function historyFromCsv(text: string, { factor, source }: CsvHistoryOptions): FactorHistory {
  if (!/^(spot|peg):/.test(factor)) {
    throw new CsvHistoryError(
      `Closes are of spot: and peg: factors, not of "${factor}". Name one of those.`,
    )
  }
  const [head = '', ...lines] = text
    .replace(/^\uFEFF/, '')
    .trimEnd()
    .split(/\r?\n/)
  const columns = columnsOf(head)
  const rows = lines.map((line, index) => rowOf(line, index + 2, columns))
  for (const [index, row] of rows.entries()) {
    const before = rows[index - 1]
    if (before !== undefined) checkFollows(before.dayMs, row.dayMs, index + 2)
  }
  const [first] = rows
  const last = rows.at(-1)
  if (first === undefined || last === undefined || rows.length < 2) {
    throw new CsvHistoryError(`There are ${rows.length} closes. Give at least two, one a line.`)
  }
  const toMs = last.dayMs + DAY_MS
  return {
    factor,
    intervalMs: DAY_MS,
    toMs,
    prices: rows.map(({ close }) => close),
    provenance: { source, asOfMs: toMs, observed: { fromMs: first.dayMs + DAY_MS, toMs } },
  }
}

type Columns = { readonly date: number; readonly close: number }

function columnsOf(head: string): Columns {
  const names = head.split(',').map((name) => name.trim().toLowerCase())
  const at = (name: string): number => {
    const index = names.indexOf(name)
    if (index >= 0 && names.indexOf(name, index + 1) < 0) return index
    throw new CsvHistoryError(
      `Line 1 names ${index < 0 ? 'no' : 'more than one'} column "${name}". Begin with a line such as date,close.`,
    )
  }
  return { date: at('date'), close: at('close') }
}

function rowOf(
  line: string,
  number: number,
  { date, close }: Columns,
): { readonly dayMs: number; readonly close: number } {
  const cells = line.split(',').map((cell) => cell.trim())
  const day = cells[date] ?? ''
  const dayMs = /^\d{4}-\d{2}-\d{2}$/.test(day) ? Date.parse(`${day}T00:00:00Z`) : NaN
  // A day that is none, such as 30 February, may be read as another.
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, 10) !== day) {
    throw new CsvHistoryError(
      `Line ${number} has the date "${day.slice(0, 40)}". Write days as 2026-11-30.`,
    )
  }
  const text = cells[close] ?? ''
  const price = /^\d+(\.\d+)?(e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN
  if (!(price > 0 && price < Infinity)) {
    throw new CsvHistoryError(
      `Line ${number} has the close "${text.slice(0, 40)}", which is no price above 0. Mend it or leave the series out: nothing is filled in.`,
    )
  }
  return { dayMs, close: price }
}

function checkFollows(beforeMs: number, dayMs: number, number: number): void {
  if (dayMs === beforeMs + DAY_MS) return
  const what =
    dayMs === beforeMs
      ? 'is of the same day as the line before it'
      : dayMs < beforeMs
        ? 'is older than the line before it'
        : `is ${(dayMs - beforeMs) / DAY_MS} days after the line before it`
  throw new CsvHistoryError(
    `Line ${number} ${what}. Give one close a day, oldest first, without gaps: nothing is filled in.`,
  )
}
