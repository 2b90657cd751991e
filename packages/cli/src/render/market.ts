import type { FactorId, MarketFailure, MarketState, Provenance } from '@plimsoll/model'
import type { CalibrationNote } from '@plimsoll/risk/calibrate'
import { failureText } from '../live-market.js'
import { instant, money, percent, share } from './numbers.js'
import { section, wrapped } from './section.js'
import type { Style } from './style.js'
import { paint, typeset } from './style.js'
import { table } from './table.js'
import { wrapLast } from './wrap-last.js'

const MINUTE_MS = 60_000

/** What `plimsoll market` prints. */
export type MarketView = {
  /** What was asked for. */
  readonly factors: readonly FactorId[]
  readonly market: MarketState
  readonly notes: readonly CalibrationNote[]
  readonly failures: readonly MarketFailure[]
  readonly nowMs: number
  readonly style: Style
}

type Row = { readonly name: string; readonly value: string; readonly provenance: Provenance }

/** A market state for people: each number of the factors, where it came from and how old it is. */
export function renderMarket(view: MarketView): string {
  const { market, notes, failures, nowMs, style } = view
  const rows = rowsOf(view).map(({ name, value, provenance: { asOfMs, source } }) =>
    wrapLast([name, value, age(nowMs - asOfMs), source]),
  )
  const columns = [
    { head: 'Number', align: 'left' },
    { head: 'Value', align: 'left' },
    { head: 'Age', align: 'right' },
    { head: 'From', align: 'left' },
  ] as const
  const lines = (texts: readonly string[]) => texts.flatMap((text) => wrapped(typeset(style, text)))
  return [
    paint(style, 'strong', typeset(style, `Market · ${instant(market.asOfMs)}`)),
    ...lines([`${market.source}. It may be used until ${instant(market.expiresAtMs)}.`]),
    ...section(style, 'What a score rests on', table(style, columns, rows)),
    ...(notes.length === 0 ? [] : section(style, 'Notes', lines(notes.map((one) => one.message)))),
    ...(failures.length === 0 ? [] : section(style, 'Not read', lines(failures.map(failureText)))),
  ].join('\n')
}

function rowsOf({ factors, market }: MarketView): readonly Row[] {
  return [
    ...factors.flatMap((factor) => factorRows(factor, market)),
    ...market.correlations
      .filter(({ factors: pair }) => pair.every((factor) => factors.includes(factor)))
      .map(({ factors: [a, b], value, provenance }) => ({
        name: `${a} with ${b}`,
        value: `correlation ${value.toFixed(2).replace('-', '−')}`,
        provenance,
      })),
  ]
}

function factorRows(factor: FactorId, market: MarketState): readonly Row[] {
  switch (factor.slice(0, factor.indexOf(':'))) {
    case 'spot':
      return [volatilityRow(factor, market), ...depthRows(factor, market)]
    case 'peg':
      return [pegRow(factor, market)]
    case 'iv':
      return [shockRow(factor, market), ...surfaceRows(factor, market)]
    default:
      return fundingRows(factor, market)
  }
}

function volatilityRow(factor: FactorId, { volatilities, defaults }: MarketState): Row {
  const found = volatilities.find((row) => row.factor === factor)
  const { volatility, stressed, floor, provenance } = found ?? defaults.spot
  const kind =
    found === undefined ? 'not listed, ' : found.calibration === 'default' ? 'default, ' : ''
  return {
    name: factor,
    value: `${kind}${share(volatility)} a year\nstressed ${share(stressed)}, floor ${share(floor)}`,
    provenance,
  }
}

function depthRows(factor: FactorId, { depths }: MarketState): readonly Row[] {
  return depths
    .filter((row) => row.factor === factor)
    .map(({ points, dailyVolume, provenance }) => {
      const last = points.at(-1)
      const bids =
        last === undefined
          ? 'depth not known'
          : `${money(last.notional)} down to ${percent(last.price - 1)}`
      return {
        name: `${factor}, depth`,
        value: `${bids}\n${dailyVolume === null ? 'volume not known' : `${money(dailyVolume)} traded in a day`}`,
        provenance,
      }
    })
}

function pegRow(factor: FactorId, { pegs, defaults }: MarketState): Row {
  const found = pegs.find((row) => row.factor === factor)
  const { down, up, provenance } = found ?? defaults.peg
  const kind = found === undefined ? 'not listed, ' : ''
  return { name: factor, value: `${kind}breaks by ${percent(-down)}, ${percent(up)}`, provenance }
}

function shockRow(factor: FactorId, { impliedVolatilities, defaults }: MarketState): Row {
  const found = impliedVolatilities.find((row) => row.factor === factor)
  const { down, up, provenance } = found ?? defaults.impliedVolatility
  const kind = found === undefined ? 'not listed, ' : ''
  return {
    name: factor,
    value: `${kind}${percent(up)}, ${percent(-down)} in a day`,
    provenance,
  }
}

function surfaceRows(factor: FactorId, { surfaces }: MarketState): readonly Row[] {
  return surfaces
    .filter((row) => row.factor === factor)
    .map(({ expiries, provenance }) => ({
      name: `${factor}, surface`,
      value: `${expiries.length} expiries, ${expiries.flatMap(({ points }) => points).length} quotes`,
      provenance,
    }))
}

function fundingRows(factor: FactorId, { fundings }: MarketState): readonly Row[] {
  return fundings
    .filter((row) => row.factor === factor)
    .map(({ venue, rate, provenance }) => ({
      name: factor,
      value: `${percent(rate)} a year at ${venue}`,
      provenance,
    }))
}

function age(ms: number): string {
  const minutes = Math.max(0, Math.floor(ms / MINUTE_MS))
  if (minutes < 120) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 48 ? `${hours} h` : `${Math.floor(hours / 24)} d`
}
