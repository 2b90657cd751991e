import type { EquityGrid, FactorId, MarketState } from '@plimsoll/model'
import { equityGrid } from '@plimsoll/risk/scenarios'
import { factorName } from '../../render/names.js'
import { money } from '../../render/numbers.js'
import { points } from '../amounts.js'
import type { Canvas } from '../canvas.js'
import { heatMap } from '../charts/heatMap.js'
import { figure, missing, section } from '../elements.js'
import type { Markup } from '../markup.js'
import { html } from '../markup.js'
import type { PageView } from '../view.js'

/** Underlyings that are drawn, the largest exposures first. */
const DRAWN = 6
/** An exposure below one unit of the numeraire says nothing. */
const LEAST = 1

/** Change of equity by moves of spot and volatility: everything together, then each underlying alone. */
export function stressSection(view: PageView, canvas: Canvas): Markup {
  const { report, market } = view
  const { risk } = report
  if (risk === null || market === null) {
    return section(
      'stress',
      'Spot and volatility',
      missing('Not computed: the report has no market state.'),
    )
  }
  const underlyings = underlyingsOf(view)
  const drawn = underlyings.slice(0, DRAWN)
  const left = underlyings.length - drawn.length
  // Of one underlying alone the two maps would be the same.
  const all = drawn.length === 1 || !moves(risk.grid) ? [] : [risk.grid]
  const maps = [
    ...all.map((grid) => mapFigure('All underlyings together', 'heat-all', grid, canvas)),
    ...drawn.map((factor, index) => {
      const name = `${factorName(factor)}${drawn.length === 1 ? '' : ' alone'}`
      return mapFigure(name, `heat-${index + 1}`, gridOf(factor, risk.grid, view, market), canvas)
    }),
  ]
  return section(
    'stress',
    'Spot and volatility',
    maps.length === 0
      ? missing('Nothing that is held moves with any underlying.')
      : html`<p>Change of equity by full reprice. Orange cells lose and blue cells gain, the stronger the more; every cell carries its signed figure.</p>
${maps}
${left > 0 ? missing(`${left} smaller underlyings are not drawn.`) : null}`,
  )
}

function moves({ change }: EquityGrid): boolean {
  return change.flat().some((cell) => cell !== 0)
}

function underlyingsOf({ report }: PageView): readonly FactorId[] {
  return report.netDeltas
    .filter(({ factor, gross }) => factor.startsWith('spot:') && gross >= LEAST)
    .sort((a, b) => b.gross - a.gross || (a.factor < b.factor ? -1 : 1))
    .map(({ factor }) => factor)
}

/** On the axes of the report's own grid. */
function gridOf(
  factor: FactorId,
  { spot, volatility }: EquityGrid,
  { portfolio, report }: PageView,
  market: MarketState,
): EquityGrid {
  const options = { market, nowMs: report.nowMs, factors: [factor] }
  return equityGrid(portfolio, options, spot, volatility)
}

function mapFigure(name: string, id: string, grid: EquityGrid, canvas: Canvas): Markup {
  const { spot, volatility, change } = grid
  if (change.flat().every((cell) => cell === null)) {
    return missing(`${name}: not known, since a leg that may be owed has no price.`)
  }
  return figure(canvas, {
    id,
    title: `${name}: spot × implied volatility${remark(grid)}`,
    alternative: `Heat map of the change of equity: ${name}. ${extremes(grid)}`,
    draw: (width) => heatMap(grid, width),
    table: {
      caption: `Change of equity: ${name}`,
      columns: [
        { head: 'Spot' },
        ...volatility.map(
          (move) => ({ head: `volatility ${points(move)}`, align: 'right' }) as const,
        ),
      ],
      rows: spot.map((move, column) => [
        points(move),
        ...volatility.map((_, row) => money(change[row]?.[column] ?? null)),
      ]),
    },
  })
}

function remark({ change }: EquityGrid): string {
  const [first = [], ...others] = change
  const isFlat = others.every((row) => row.every((cell, column) => cell === first[column]))
  return isFlat ? '. No option is held on it: volatility moves nothing' : ''
}

function extremes({ spot, volatility, change }: EquityGrid): string {
  const cells = change.flatMap((row, line) =>
    row.flatMap((cell, column) =>
      cell === null
        ? []
        : [
            {
              cell,
              at: `spot ${points(spot[column] ?? NaN)}, volatility ${points(volatility[line] ?? NaN)}`,
            },
          ],
    ),
  )
  const sorted = [...cells].sort((a, b) => a.cell - b.cell)
  const [worst] = sorted
  const best = sorted.at(-1)
  if (worst === undefined || best === undefined) return 'Not known: a leg has no price.'
  return `Worst ${money(worst.cell)} at ${worst.at}; best ${money(best.cell)} at ${best.at}.`
}
