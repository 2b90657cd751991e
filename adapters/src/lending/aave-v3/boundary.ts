import { divDown, mulDivDown, UnsupportedVenueStateError } from '@plimsoll/model'
import { BPS, type Revision, revisionOf, WAD } from './arithmetic.js'
import { type PositionValue, valuePositions } from './margin.js'
import type { MarginState } from './state.js'
import { findLiquidation } from './verdict.js'

/** The integer oracle price at which the verdict on the liquidation call turns. */
export type Boundary = {
  /** Whether a falling or a rising price is dangerous. */
  readonly side: 'falling' | 'rising'
  /** The liquidation call succeeds at this price, and fails one unit to the safe side of it. */
  readonly price: bigint
}

/** No price is looked for beyond this. */
const HIGHEST_PRICE = 1n << 160n
/** Most price steps examined one by one where an asset is both supplied and owed. */
const MOST_STEPS = 100_000

/**
 * The exact boundary of one price, with everything else as it is. Null where no value of this
 * price alone turns the verdict.
 *
 * Health is monotone in the price only as long as the averaged threshold stays the same (revisions
 * that average it) and the asset is not also owed; so the search goes from the safe side through
 * the intervals of equal threshold, and step by step where supply and debt both round.
 *
 * @throws UnsupportedVenueStateError when supply and debt of the asset nearly cancel, so that more
 *   than 100 000 steps would have to be examined.
 */
export function boundaryPrice(state: MarginState, priceId: string): Boundary | null {
  const line = priceLine(state, priceId)
  if (line === null) return null
  const toDanger = line.falls ? -1n : 1n
  let start = safeEdge(line, toDanger)
  while (start !== null && start >= 1n && start <= HIGHEST_PRICE) {
    const end = endOfThreshold(line, start, toDanger)
    const price = line.isMixed
      ? walk(line, start, end, toDanger)
      : firstInDirection(start, end, toDanger, line.isUnderwater)
    if (price !== null) {
      const isLiquidatable = (at: bigint): boolean =>
        findLiquidation(withPrice(state, priceId, at)) !== null
      const turning = turningFrom(price, line.falls, isLiquidatable)
      return turning === null ? null : { side: line.falls ? 'falling' : 'rising', price: turning }
    }
    start = end + toDanger
  }
  return null
}

/**
 * The first price from here on at which a call succeeds. That is here, unless the half of a debt
 * of a few units is nothing, or a rounded repayment is: then only a lower health makes one succeed.
 */
function turningFrom(
  price: bigint,
  falls: boolean,
  isLiquidatable: (price: bigint) => boolean,
): bigint | null {
  let near = price
  let far = price
  while (far >= 1n && far <= HIGHEST_PRICE) {
    if (isLiquidatable(far)) return firstInDirection(near, far, falls ? -1n : 1n, isLiquidatable)
    near = far
    far = falls ? far / 2n : far * 2n
  }
  return null
}

/** The state with one price moved. */
export function withPrice(state: MarginState, priceId: string, price: bigint): MarginState {
  return {
    ...state,
    positions: state.positions.map((position) =>
      position.priceId === priceId ? { ...position, price } : position,
    ),
  }
}

/** Health as a function of one price. */
type PriceLine = {
  /** Whether a falling price is dangerous. */
  readonly falls: boolean
  /** Whether both supply and debt move with the price. */
  readonly isMixed: boolean
  readonly today: bigint
  readonly isUnderwater: (price: bigint) => boolean
  readonly threshold: (price: bigint) => bigint
  /** Whether health is above 1 here, and from here to the safe side, whatever the rounding. */
  readonly isSure: (price: bigint) => boolean
  /** The same while the threshold stays as it is here. */
  readonly isSureAtThreshold: (price: bigint) => boolean
  /** The next price in a direction at which some rounded value changes. */
  readonly nextStep: (price: bigint, direction: bigint) => bigint
}

function priceLine(state: MarginState, priceId: string): PriceLine | null {
  const revision = revisionOf(state.pool.revision)
  const values = valuePositions(state)
  const supplies = values.filter(({ counts }) => counts)
  const debts = values.filter(({ position }) => position.borrowing)
  const moves = ({ position }: PositionValue): boolean => position.priceId === priceId
  const movedSupplies = supplies.filter(moves)
  const movedDebts = debts.filter(moves)
  const today = [...movedSupplies, ...movedDebts][0]?.position.price
  if (today === undefined || debts.every(({ debt }) => debt === 0n)) return null

  // Σ supply × threshold − Σ debt per unit of price, scaled so that every decimals divides it.
  const scale = 10n ** 77n
  let net = 0n
  for (const { supply, unit, threshold } of movedSupplies)
    net += (supply * threshold * scale) / unit
  for (const { debt, unit } of movedDebts) net -= (debt * BPS * scale) / unit
  if (net === 0n) return null

  const at = (price: bigint): Totals => totals(revision, priceId, price, supplies, debts)
  const slack = BigInt(2 * (supplies.length + debts.length) + 2) * BPS
  const coarseness = revision.averagesThreshold ? 1n : 0n
  return {
    falls: net > 0n,
    isMixed: movedSupplies.length > 0 && movedDebts.length > 0,
    today,
    isUnderwater: (price) => {
      const { collateral, weighted, threshold, debt } = at(price)
      return (
        debt > 0n && revision.rounding.healthFactor(collateral, weighted, threshold, debt) < WAD
      )
    },
    threshold: (price) => (revision.averagesThreshold ? at(price).threshold : 0n),
    isSure: (price) => {
      const { collateral, weighted, debt } = at(price)
      return weighted - collateral * coarseness > debt * BPS + slack
    },
    isSureAtThreshold: (price) => {
      const { collateral, weighted, threshold, debt } = at(price)
      const resource = revision.averagesThreshold ? collateral * threshold : weighted
      return resource > debt * BPS + slack
    },
    nextStep: (price, direction) => nextStep(price, direction, movedSupplies, movedDebts),
  }
}

type Totals = {
  readonly collateral: bigint
  readonly weighted: bigint
  readonly threshold: bigint
  readonly debt: bigint
}

function totals(
  { rounding }: Revision,
  priceId: string,
  price: bigint,
  supplies: readonly PositionValue[],
  debts: readonly PositionValue[],
): Totals {
  let collateral = 0n
  let weighted = 0n
  for (const { position, supply, unit, supplyValue, threshold } of supplies) {
    const value = position.priceId === priceId ? mulDivDown(supply, price, unit) : supplyValue
    collateral += value
    weighted += value * threshold
  }
  let debt = 0n
  for (const { position, debt: owed, unit, debtValue } of debts) {
    debt += position.priceId === priceId ? rounding.debtValue(owed, price, unit) : debtValue
  }
  const threshold = collateral === 0n ? 0n : divDown(weighted, collateral)
  return { collateral, weighted, threshold, debt }
}

/** The price nearest to danger of which everything on its safe side is known to be safe. */
function safeEdge(line: PriceLine, toDanger: bigint): bigint | null {
  if (toDanger > 0n) {
    if (!line.isSure(1n)) return 1n
    const danger = firstInDirection(1n, HIGHEST_PRICE, 1n, (price) => !line.isSure(price))
    return danger === null ? null : danger - 1n
  }
  let sure = line.today > 0n ? line.today : 1n
  while (!line.isSure(sure)) {
    sure *= 2n
    if (sure > HIGHEST_PRICE) return null
  }
  const danger = firstInDirection(sure, 1n, -1n, (price) => !line.isSure(price))
  return danger === null ? null : danger + 1n
}

/** The last price in a direction that has the same averaged threshold. */
function endOfThreshold(line: PriceLine, start: bigint, direction: bigint): bigint {
  const threshold = line.threshold(start)
  const limit = direction > 0n ? HIGHEST_PRICE : 1n
  const other = firstInDirection(
    start,
    limit,
    direction,
    (price) => line.threshold(price) !== threshold,
  )
  return other === null ? limit : other - direction
}

/** First price from `start` to `end` for which a monotone test holds; null when it never does. */
function firstInDirection(
  start: bigint,
  end: bigint,
  direction: bigint,
  test: (price: bigint) => boolean,
): bigint | null {
  if (test(start)) return start
  let near = 0n
  let far = (end - start) * direction
  if (far <= 0n || !test(end)) return null
  while (far - near > 1n) {
    const middle = (near + far) / 2n
    if (test(start + direction * middle)) far = middle
    else near = middle
  }
  return start + direction * far
}

/** The same where supply and debt both move in steps: each step is examined. */
function walk(line: PriceLine, start: bigint, end: bigint, direction: bigint): bigint | null {
  let price = firstInDirection(start, end, direction, (p) => !line.isSureAtThreshold(p))
  for (let step = 0; price !== null && step < MOST_STEPS; step += 1) {
    if (line.isUnderwater(price)) return price
    price = line.nextStep(price, direction)
    if ((end - price) * direction < 0n) return null
  }
  if (price === null) return null
  throw new UnsupportedVenueStateError(
    `The asset is supplied and owed in nearly equal parts: its price hardly moves the account's health, and no boundary was found in ${MOST_STEPS} price steps. Ask for the boundary of another asset.`,
  )
}

function nextStep(
  price: bigint,
  direction: bigint,
  supplies: readonly PositionValue[],
  debts: readonly PositionValue[],
): bigint {
  let next = direction > 0n ? HIGHEST_PRICE + 1n : 0n
  const consider = (step: bigint): void => {
    if (direction > 0n ? step < next : step > next) next = step
  }
  for (const { supply, unit } of supplies) {
    if (supply > 0n) consider(stepOfFloor(supply, unit, price, direction))
  }
  for (const { debt, unit } of debts) {
    // Whether a debt's value is a floor or a ceiling, both kinds of steps are taken.
    if (debt === 0n) continue
    consider(stepOfFloor(debt, unit, price, direction))
    const ceiling = (debt * price + unit - 1n) / unit
    const before = direction > 0n ? ceiling : ceiling - 1n
    consider((before * unit) / debt + (direction > 0n ? 1n : 0n))
  }
  return next
}

/** First price in a direction at which floor(amount × price / unit) is another than here. */
function stepOfFloor(amount: bigint, unit: bigint, price: bigint, direction: bigint): bigint {
  const floor = (amount * price) / unit
  const from = (value: bigint): bigint => (value * unit + amount - 1n) / amount
  return direction > 0n ? from(floor + 1n) : from(floor) - 1n
}
