import type { Leg, MarketState, OptionLeg, Portfolio, VenueModule } from '@plimsoll/model'
import { CompileError, ScenarioError } from '../errors.js'
import type { QuotedGrid } from '../grid/quotedGrid.js'
import { stressGrid } from '../grid/stressGrid.js'
import { combinedHaircut } from '../haircut/collateralHaircut.js'
import type { DepthCurve } from '../haircut/depthCurve.js'
import { compile } from '../program/compile.js'
import type { Program } from '../program/program.js'
import type { Aggregation } from '../unified/aggregate.js'
import { aggregationOf } from '../unified/aggregate.js'
import type { PegBook } from '../unified/book.js'
import { booksOfHoldings } from '../unified/books.js'
import type { Calibration } from '../unified/calibration.js'
import { depthCurves, isWeighted, marketHaircuts } from '../unified/collateral.js'
import type { Holding } from '../unified/holdings.js'
import type { UnifiedParameters } from '../unified/parameters.js'
import { shareLost } from '../unified/pegs.js'
import { unifiedInputs } from '../unified/unifiedMargin.js'
import type { LiveBook } from './liveBook.js'
import { liveBook } from './liveBook.js'
import type { PriceSources } from './priceSources.js'
import { sourceBuilder } from './priceSources.js'

/** No source: the worth of a leg is fixed, or that of an option, which its book writes. */
export const FIXED = -1

/** What follows the marks, as arrays. */
export type LiveProgram = {
  readonly parameters: UnifiedParameters
  readonly sources: PriceSources
  readonly native: Native
  readonly legs: LiveLegs
  readonly books: readonly LiveBook[]
  readonly aggregation: Aggregation
  readonly pegs: readonly LivePeg[]
  readonly collateral: readonly LiveCollateral[]
  /** Legs whose worth is equity; null where something that may be owed has no worth. */
  readonly equityLegs: Uint32Array | null
  /** [books × columns × spots]. */
  readonly profits: Float64Array
  /** Accounts and books that read each mark: rows from `start[m]` to `start[m + 1]`. */
  readonly accountsOf: Rows
  readonly booksOf: Rows
}

/** Lists of rows, one after another. */
export type Rows = { readonly start: Uint32Array; readonly row: Uint32Array }

/** The native program and its moves. */
type Native = {
  readonly program: Program
  /** [marks of the program + 1]. */
  readonly multipliers: Float64Array
  /** Mark of the program of each mark, or −1. */
  readonly markOf: Int32Array
}

/** Legs that count once, in canonical order. */
type LiveLegs = {
  /** Source of each price, or {@link FIXED}. */
  readonly source: Int32Array
  /** Signed units. */
  readonly quantity: Float64Array
  /** In the numeraire now. */
  readonly worth: Float64Array
}

/** What is held to one peg. */
type LivePeg = {
  readonly leg: Uint32Array
  /** Share of each leg's worth that is lost when the peg falls, and when it rises. */
  readonly fall: Float64Array
  readonly rise: Float64Array
}

/** A leg that counts as collateral. */
type LiveCollateral = {
  readonly leg: number
  /** Haircuts of its factors and pegs together. */
  readonly haircut: number
  readonly curves: readonly DepthCurve[]
}

/** What {@link compileLive} is given. */
export type LiveCompile = {
  readonly modules: readonly VenueModule[]
  readonly nowMs: number
  readonly spots: readonly number[]
  readonly given: Partial<UnifiedParameters>
}

/** Columns of volatility of the grid that is shown: unmoved, up and down. */
export const COLUMNS = 3

/** Compiles a portfolio and a market state to arrays that follow the marks. */
export function compileLive(
  portfolio: Portfolio,
  market: MarketState,
  { modules, nowMs, spots, given }: LiveCompile,
): LiveProgram {
  const inputs = unifiedInputs(portfolio, market, nowMs, given)
  const { parameters, calibration, world, holdings, placed } = inputs
  const found = legsOf(portfolio, holdings)
  const builder = sourceBuilder(portfolio, world)
  const placeOf = new Map(holdings.map(({ leg }, place) => [leg, place]))
  const place = (id: string) => placeOf.get(id) ?? 0
  const optionSources = new Map(
    placed.flatMap(({ leg }) => {
      const option = found.get(leg)
      return option?.kind === 'option' ? [[leg, sourcesOfOption(option, builder, leg)]] : []
    }),
  )
  const source = Int32Array.from(holdings, ({ leg, worth }) => {
    const held = found.get(leg)
    if (held === undefined || held.kind === 'option' || worth === null) return FIXED
    return builder.ofLeg(held) ?? FIXED
  })
  const sources = builder.build()
  const { spots: spotBooks, pegs } = booksOfHoldings(placed)
  const grid = shownGrid(spots)
  const cells = COLUMNS * grid.spots.length
  const profits = new Float64Array(spotBooks.length * cells)
  const depths = new Map(market.depths.map((depth) => [depth.factor, depth]))
  const books = spotBooks.map((book, index) =>
    liveBook(
      book,
      {
        leg: place,
        forward: (leg) => optionSources.get(leg)?.forward ?? 0,
        spot: (leg) => optionSources.get(leg)?.spot ?? 0,
      },
      {
        range: calibration.volatility(book.factor).range,
        surface: calibration.impliedVolatility(book.factor).stress,
        depth: depths.get(book.factor) ?? null,
      },
      grid,
      profits.subarray(index * cells, (index + 1) * cells),
      parameters,
    ),
  )
  const native = nativeOf(portfolio, modules, nowMs, sources)
  return {
    parameters,
    sources,
    native,
    legs: {
      source,
      quantity: Float64Array.from(holdings, ({ quantity }) => quantity),
      worth: Float64Array.from(holdings, ({ worth }) => worth ?? NaN),
    },
    books,
    aggregation: aggregationOf(
      books.map(({ factor }) => ({
        factor,
        isKnown: !calibration.volatility(factor).isDefault,
      })),
      calibration.correlation,
      parameters.correlationStress,
    ),
    pegs: pegs.map((book) => livePeg(book, calibration, place)),
    collateral: holdings.filter(isWeighted).map((holding) => {
      const { volatility, peg } = marketHaircuts(holding, calibration)
      return {
        leg: place(holding.leg),
        haircut: combinedHaircut([volatility, peg]),
        curves: depthCurves(holding.linear, depths),
      }
    }),
    equityLegs: equityLegs(holdings),
    profits,
    accountsOf: rowsByMark(
      sources.marks.length,
      native.program.accounts.map(({ compiled }) =>
        (compiled?.marks ?? []).map((mark) => sources.marks.indexOf(mark)),
      ),
    ),
    booksOf: rowsByMark(
      sources.marks.length,
      books.map((book) => marksOfBook(book, source, sources)),
    ),
  }
}

/** The grid that is shown: every spot under every column. */
function shownGrid(multipliers: readonly number[]): QuotedGrid {
  if (multipliers.length === 0) {
    throw new ScenarioError(
      'The grid has no spot. Give multipliers of spot, 1 for today, or leave them out.',
    )
  }
  const { spots, logSpots } = stressGrid(multipliers, COLUMNS)
  return { spots, logSpots, columns: COLUMNS, core: spots.length }
}

/** Legs of the portfolio by the ids that holdings have. */
function legsOf({ accounts }: Portfolio, holdings: readonly Holding[]): ReadonlyMap<string, Leg> {
  const wanted = new Set(holdings.map(({ leg }) => leg))
  return new Map(
    accounts.flatMap(({ id, legs }) =>
      legs.flatMap((leg) => {
        const name = `${id}#${leg.id}`
        return wanted.has(name) ? [[name, leg]] : []
      }),
    ),
  )
}

/** Sources of the forward of an option and of its underlying: each stands in for the other. */
function sourcesOfOption(
  { mark, forward }: OptionLeg,
  { ofMark }: ReturnType<typeof sourceBuilder>,
  leg: string,
): { readonly forward: number; readonly spot: number } {
  const index = ofMark(mark)
  const own = ofMark(forward) ?? index
  if (own === null) {
    throw new CompileError(`Option ${leg} has no forward or index. Read its marks again.`)
  }
  return { forward: own, spot: index ?? own }
}

function nativeOf(
  portfolio: Portfolio,
  modules: readonly VenueModule[],
  nowMs: number,
  { marks }: PriceSources,
): Native {
  const program = compile(portfolio, { modules, at: Math.floor(nowMs / 1000) })
  const places = new Map(program.marks.map(({ id }, place) => [id, place]))
  return {
    program,
    multipliers: new Float64Array(program.marks.length + 1).fill(1),
    markOf: Int32Array.from(marks, (id) => places.get(id) ?? FIXED),
  }
}

function livePeg(
  { factor, holdings }: PegBook,
  calibration: Calibration,
  place: (id: string) => number,
): LivePeg {
  const { down, up } = calibration.peg(factor).stress
  return {
    leg: Uint32Array.from(holdings, ({ leg }) => place(leg)),
    fall: Float64Array.from(holdings, ({ elasticity }) => shareLost(1 - down, elasticity)),
    rise: Float64Array.from(holdings, ({ elasticity }) => shareLost(1 + up, elasticity)),
  }
}

/** What cannot be placed and is not owed counts for nothing. */
function equityLegs(holdings: readonly Holding[]): Uint32Array | null {
  const places: number[] = []
  for (const [place, { worth, problem, isLiability }] of holdings.entries()) {
    if (worth === null && isLiability) return null
    if (worth !== null && (problem === null || isLiability)) places.push(place)
  }
  return Uint32Array.from(places)
}

/** Marks that move a book. */
function marksOfBook(
  { linearLeg, forwardSource, spotSource }: LiveBook,
  sourceOf: Int32Array,
  { start, mark }: PriceSources,
): readonly number[] {
  const used = [
    ...Array.from(linearLeg, (leg) => sourceOf[leg] ?? FIXED),
    ...forwardSource,
    ...spotSource,
  ]
  return used.flatMap((source) =>
    source < 0 ? [] : [...mark.subarray(start[source] ?? 0, start[source + 1] ?? 0)],
  )
}

/** From the marks of each row to the rows of each mark. */
function rowsByMark(marks: number, marksOfRow: readonly (readonly number[])[]): Rows {
  const lists = Array.from({ length: marks }, (): number[] => [])
  for (const [row, used] of marksOfRow.entries()) {
    for (const mark of new Set(used)) lists[mark]?.push(row)
  }
  const start = [0]
  for (const list of lists) start.push((start.at(-1) ?? 0) + list.length)
  return { start: Uint32Array.from(start), row: Uint32Array.from(lists.flat()) }
}
