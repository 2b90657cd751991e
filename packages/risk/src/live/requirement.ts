import type { FactorDepth } from '@plimsoll/model'
import { chargeOf } from '../unified/addOns.js'
import { aggregate } from '../unified/aggregate.js'
import { liquidityOf } from '../unified/collateral.js'
import { FALL, RISE, stressBook } from '../unified/flatBook.js'
import type { LiveProgram } from './compileLive.js'
import type { LiveBook } from './liveBook.js'
import type { LiveState } from './tick.js'

/** What one cross-margin venue would ask at the prices of the last tick, in the numeraire. */
export type LiveRequirement = {
  /** Loss of all underlyings together. */
  readonly spot: number
  /** Σ of what broken pegs cost. */
  readonly peg: number
  /** Σ of liquidity and concentration. */
  readonly addOn: number
  /** Null where anything is unread, stale, unplaced or expired: see `unknown`. */
  readonly maintenance: number | null
  readonly initial: number | null
  /** Σ worth of all legs; null where something that may be owed has no price. */
  readonly equity: number | null
  /** equity − maintenance. */
  readonly excess: number | null
  /** Σ of collateral after its haircuts. */
  readonly weightedCollateral: number
}

/** Scratch of {@link requirementNow}: losses of each book each way, and deltas of each leg. */
export type RequirementRoom = {
  readonly falls: Float64Array
  readonly rises: Float64Array
  readonly deltas: Float64Array
}

/** Room for the requirement of a program. */
export function requirementRoom({ books, legs }: LiveProgram): RequirementRoom {
  return {
    falls: new Float64Array(books.length),
    rises: new Float64Array(books.length),
    deltas: new Float64Array(legs.worth.length),
  }
}

/** The unified requirement at the present prices; only books that moved are stressed again. */
export function requirementNow(
  program: LiveProgram,
  state: LiveState,
  room: RequirementRoom,
  isKnown: boolean,
): LiveRequirement {
  const { parameters, aggregation, books } = program
  const { falls, rises } = room
  for (const [index, book] of books.entries()) {
    if (state.isStale[index] === 0) continue
    stressBook(book.flat)
    falls[index] = book.flat.losses[FALL] ?? NaN
    rises[index] = book.flat.losses[RISE] ?? NaN
    state.isStale[index] = 0
  }
  const spot = aggregate(aggregation, falls, rises)
  const peg = pegLosses(program)
  const addOn = addOns(program, room)
  const equity = equityOf(program)
  const maintenance = isKnown ? spot + peg + addOn : null
  return {
    spot,
    peg,
    addOn,
    maintenance,
    initial: isKnown ? parameters.initialFactor * (spot + peg) + addOn : null,
    equity,
    excess: equity === null || maintenance === null ? null : equity - maintenance,
    weightedCollateral: weightedCollateral(program),
  }
}

function pegLosses({ pegs, legs }: LiveProgram): number {
  let sum = 0
  for (const { leg, fall, rise } of pegs) {
    let falling = 0
    let rising = 0
    for (let holding = 0; holding < leg.length; holding++) {
      const worth = legs.worth[leg[holding] ?? 0] ?? NaN
      falling += worth * (fall[holding] ?? NaN)
      rising += worth * (rise[holding] ?? NaN)
    }
    sum += Math.max(0, falling, rising)
  }
  return sum
}

function addOns({ books, legs, parameters }: LiveProgram, room: RequirementRoom): number {
  let sum = 0
  for (const [index, book] of books.entries()) {
    if (book.depth === null) continue
    const loss = Math.max(room.falls[index] ?? NaN, room.rises[index] ?? NaN)
    const quantity = tradedQuantity(book, legs.worth, room.deltas)
    sum += addOnOf(book.depth, quantity, loss, parameters.volumeFraction)
  }
  return sum
}

function addOnOf(depth: FactorDepth, quantity: number, loss: number, fraction: number): number {
  if (quantity === 0) return 0
  const { liquidity, concentration } = chargeOf(depth, quantity, loss, fraction)
  return liquidity + concentration
}

/** The larger of what must be sold and bought to close a book, leg by leg. */
function tradedQuantity(book: LiveBook, worth: Float64Array, deltas: Float64Array): number {
  const { flat, linearLeg, linearRow, optionLeg, greeks } = book
  const { options, linear } = flat
  deltas.fill(0)
  for (let holding = 0; holding < linearLeg.length; holding++) {
    const leg = linearLeg[holding] ?? 0
    const elasticity = linear.elasticities[linearRow[holding] ?? 0] ?? NaN
    deltas[leg] = (deltas[leg] ?? NaN) + (worth[leg] ?? NaN) * elasticity
  }
  for (let option = 0; option < options.count; option++) {
    const leg = optionLeg[option] ?? 0
    const delta = (options.quantity[option] ?? NaN) * (greeks.delta[option] ?? NaN)
    deltas[leg] = (deltas[leg] ?? NaN) + delta * (options.forward[option] ?? NaN)
  }
  let long = 0
  let short = 0
  for (const delta of deltas) {
    if (delta > 0) long += delta
    else short -= delta
  }
  return Math.max(long, short)
}

function equityOf({ equityLegs, legs }: LiveProgram): number | null {
  if (equityLegs === null) return null
  let sum = 0
  for (const leg of equityLegs) sum += legs.worth[leg] ?? NaN
  return sum
}

function weightedCollateral({ collateral, legs }: LiveProgram): number {
  let sum = 0
  for (const { leg, haircut, curves } of collateral) {
    const worth = legs.worth[leg] ?? NaN
    const liquidity = curves.length === 0 ? 0 : (liquidityOf(curves, worth) ?? 0)
    sum += worth * (1 - haircut) * (1 - liquidity)
  }
  return sum
}
