import type { AssetId, CompiledTest, ScenarioTest, StandardTest, Term } from '@plimsoll/model'
import { tieredMaintenance } from '../kernels/maintenance.js'
import { evaluateSides } from '../program/evaluate.js'
import type { Program, ProgramAccount } from '../program/program.js'
import { COMBINE } from '../program/program.js'

/** An account's maintenance requirement today, by the asset that each part is asked for. */
export type Attribution = {
  readonly byAsset: ReadonlyMap<AssetId, number>
  /** Fixed amounts and options. */
  readonly unnetted: number
}

const NOTHING: Attribution = { byAsset: new Map(), unnetted: 0 }

/** The requirement of the binding test of an account; null when its health is unknown. */
export function attributeRequirement(program: Program, row: number): Attribution | null {
  const account = program.accounts[row]
  if (account === undefined || account.compiled === null) return null
  const { accountStart, combine } = program.tests
  const today = new Float64Array(program.marks.length + 1).fill(1)
  const sides = new Float64Array(2)
  const better = combine[row] === COMBINE.all ? Math.max : Math.min
  let binding: {
    health: number
    test: CompiledTest
    resource: number
    requirement: number
  } | null = null
  for (const [index, test] of account.compiled.tests.entries()) {
    evaluateSides(program.tests, (accountStart[row] ?? 0) + index, today, 0, sides)
    const [resource = NaN, requirement = NaN] = sides
    if (!Number.isFinite(resource) || !Number.isFinite(requirement)) return null
    if (requirement <= 0) continue
    const health = resource / requirement
    if (binding === null || better(health, binding.health) !== binding.health) {
      binding = { health, test, resource, requirement }
    }
  }
  if (binding === null) return NOTHING
  return attributeTest(account, program, binding.test, binding.resource, binding.requirement)
}

function attributeTest(
  account: ProgramAccount,
  program: Program,
  test: CompiledTest,
  resource: number,
  requirement: number,
): Attribution {
  // Sums in canonical order, so that the order of legs does not reach the last bits.
  const sorted = <Item extends Term>(terms: readonly Item[]): readonly Item[] =>
    [...terms].sort(
      (a, b) => placeOf(account, a.mark) - placeOf(account, b.mark) || a.value - b.value,
    )
  const parts: Parts = {
    byAsset: new Map(),
    assetOf: (mark) => assetOf(account, program, mark),
    unnetted: 0,
  }
  switch (test.kernel) {
    case 'threshold': {
      let collateral = 0
      let attributed = 0
      for (const { mark, value, weight } of sorted(test.collateral)) {
        collateral += value
        attributed += value * (1 - weight)
        attribute(parts, mark, value * (1 - weight))
      }
      // What rounding the average threshold down takes from the resource.
      parts.unnetted += collateral - resource - attributed
      break
    }
    case 'maintenance': {
      parts.unnetted += test.fixedRequirement
      for (const { mark, value, tiers } of sorted(test.positions)) {
        attribute(parts, mark, tieredMaintenance(tiers, Math.abs(value)))
      }
      const counted = [...test.equity, ...(test.borrow?.collateral ?? [])]
      for (const { mark, value, weight } of sorted(counted)) {
        if (value > 0 && weight < 1) attribute(parts, mark, value * (1 - weight))
      }
      break
    }
    case 'standard':
      attributeStandard(parts, test, requirement)
      break
    case 'scenario':
      attributeScenario(account, parts, test, requirement)
      break
  }
  return { byAsset: parts.byAsset, unnetted: parts.unnetted }
}

type Parts = {
  readonly byAsset: Map<AssetId, number>
  readonly assetOf: (mark: number) => AssetId | null
  unnetted: number
}

function attribute(parts: Parts, mark: number, amount: number): void {
  const asset = parts.assetOf(mark)
  if (asset === null) parts.unnetted += amount
  else parts.byAsset.set(asset, (parts.byAsset.get(asset) ?? 0) + amount)
}

/** Perps and collateral by their markets; what remains of the requirement is the options'. */
function attributeStandard(parts: Parts, test: StandardTest, requirement: number): void {
  let linear = 0
  for (const market of test.markets) {
    const { perp } = market
    if (perp !== null) {
      const amount = Math.abs(perp.size * perp.price) * market.parameters.perpRequirement
      attribute(parts, perp.mark, amount)
      linear += amount
    }
    const value = market.base * market.spot
    const amount = value / test.stable.value - value * market.parameters.baseFactor
    attribute(parts, market.spotMark, amount)
    linear += amount
  }
  parts.unnetted += requirement - linear
}

/**
 * Haircuts of collateral by their assets. What remains is the grid's: the underlying's where there is
 * one book, else of no asset, since one scenario hits all books at once.
 */
function attributeScenario(
  account: ProgramAccount,
  parts: Parts,
  test: ScenarioTest,
  requirement: number,
): void {
  const held = [...test.collateral, ...test.books.flatMap(({ collateral }) => collateral)].sort(
    (a, b) =>
      placeOf(account, a.value.mark) - placeOf(account, b.value.mark) ||
      a.value.value - b.value.value,
  )
  let haircuts = 0
  for (const { value, maintenanceHaircut } of held) {
    const amount = (value.value / test.stable.value) * maintenanceHaircut
    attribute(parts, value.mark, amount)
    haircuts += amount
  }
  const [book, second] = test.books
  const mark = book === undefined || second !== undefined ? -1 : book.spotMark
  attribute(parts, mark, requirement - haircuts)
}

/** Program mark of an account's mark; constants first. */
function placeOf({ marks }: ProgramAccount, mark: number): number {
  return mark < 0 ? -1 : (marks[mark] ?? -1)
}

function assetOf(account: ProgramAccount, program: Program, mark: number): AssetId | null {
  if (mark < 0) return null
  return program.marks[account.marks[mark] ?? -1]?.asset ?? null
}
