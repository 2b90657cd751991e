import type {
  CompiledTest,
  MaintenanceTest,
  ScenarioTest,
  StandardTest,
  Term,
  ThresholdTest,
  WeightedTerm,
} from '@plimsoll/model'
import { inSteps } from '../kernels/threshold.js'
import type { Kernels } from './kernels.js'
import type { FlatTests, ProgramAccount } from './program.js'
import { COMBINE, OPCODE } from './program.js'

type Lists = { [field in keyof Omit<FlatTests, 'standard' | 'scenario' | 'kernels'>]: number[] }
type FlatTerm = { readonly mark: number; readonly value: number; readonly weight: number }

/** Writes the tests of accounts, in their order, into flat arrays. `constant` is the mark of constants. */
export function flattenTests(
  accounts: readonly ProgramAccount[],
  constant: number,
  kernels: Kernels,
): FlatTests {
  const lists = emptyLists()
  const standard: (StandardTest | null)[] = []
  const scenario: (ScenarioTest | null)[] = []
  for (const { compiled, marks } of accounts) {
    lists.combine.push(COMBINE[compiled?.combine ?? 'unknown'])
    const place = (mark: number) => (mark < 0 ? constant : (marks[mark] ?? constant))
    for (const test of compiled?.tests ?? []) {
      lists.strict.push(test.strict ? 1 : 0)
      standard.push(
        test.kernel === 'standard' ? (kernels.standard?.place(test, place) ?? null) : null,
      )
      scenario.push(
        test.kernel === 'scenario' ? (kernels.scenario?.place(test, place) ?? null) : null,
      )
      flattenTest(test, place, lists)
      lists.range.push(lists.termMark.length)
      lists.positionStart.push(lists.positionMark.length)
    }
    lists.accountStart.push(lists.opcode.length)
  }
  return {
    accountStart: Uint32Array.from(lists.accountStart),
    combine: Uint8Array.from(lists.combine),
    opcode: Uint8Array.from(lists.opcode),
    strict: Uint8Array.from(lists.strict),
    range: Uint32Array.from(lists.range),
    termMark: Uint32Array.from(lists.termMark),
    termWeighted: Float64Array.from(lists.termWeighted),
    termValue: Float64Array.from(lists.termValue),
    termWeight: Float64Array.from(lists.termWeight),
    constant: Float64Array.from(lists.constant),
    limit: Float64Array.from(lists.limit),
    positionStart: Uint32Array.from(lists.positionStart),
    positionMark: Uint32Array.from(lists.positionMark),
    positionValue: Float64Array.from(lists.positionValue),
    tierStart: Uint32Array.from(lists.tierStart),
    tierFrom: Float64Array.from(lists.tierFrom),
    tierRate: Float64Array.from(lists.tierRate),
    tierDeduction: Float64Array.from(lists.tierDeduction),
    standard,
    scenario,
    kernels,
  }
}

function emptyLists(): Lists {
  return {
    accountStart: [0],
    combine: [],
    opcode: [],
    strict: [],
    range: [0],
    termMark: [],
    termWeighted: [],
    termValue: [],
    termWeight: [],
    constant: [],
    limit: [],
    positionStart: [0],
    positionMark: [],
    positionValue: [],
    tierStart: [0],
    tierFrom: [],
    tierRate: [],
    tierDeduction: [],
  }
}

type Place = (mark: number) => number

function flattenTest(test: CompiledTest, place: Place, lists: Lists): void {
  switch (test.kernel) {
    case 'threshold':
      flattenThreshold(test, place, lists)
      return
    case 'maintenance':
      flattenMaintenance(test, place, lists)
      return
    case 'standard':
    case 'scenario':
      lists.opcode.push(OPCODE[test.kernel])
      lists.constant.push(0)
      lists.limit.push(0)
      lists.range.push(lists.termMark.length)
      return
  }
}

function flattenThreshold(test: ThresholdTest, place: Place, lists: Lists): void {
  const step = test.averageStep
  lists.opcode.push(step === null ? OPCODE.threshold : OPCODE.averagedThreshold)
  lists.constant.push(step ?? 0)
  lists.limit.push(0)
  pushTerms(
    step === null
      ? mergeByMark(placeTerms(test.collateral, place))
      : mergeByWeight(
          placeTerms(test.collateral, place).map((term) => ({
            ...term,
            weight: inSteps(term.weight, step),
          })),
        ),
    lists,
  )
  lists.range.push(lists.termMark.length)
  pushTerms(mergeByMark(placeTerms(test.debt, place)), lists)
}

function flattenMaintenance(test: MaintenanceTest, place: Place, lists: Lists): void {
  lists.opcode.push(test.borrow === null ? OPCODE.maintenance : OPCODE.borrowMaintenance)
  lists.constant.push(test.fixedRequirement)
  lists.limit.push(test.borrow?.limit ?? 0)
  pushTerms(mergeByMark(placeTerms(test.equity, place)), lists)
  lists.range.push(lists.termMark.length)
  pushTerms(mergeByMark(placeTerms(test.borrow?.collateral ?? [], place)), lists)
  const positions = test.positions
    .map((position) => ({ ...position, mark: place(position.mark) }))
    .sort((a, b) => a.mark - b.mark || a.value - b.value)
  for (const { mark, value, tiers } of positions) {
    lists.positionMark.push(mark)
    lists.positionValue.push(Math.abs(value))
    for (const { from, rate, deduction } of tiers) {
      lists.tierFrom.push(from)
      lists.tierRate.push(rate)
      lists.tierDeduction.push(deduction)
    }
    lists.tierStart.push(lists.tierFrom.length)
  }
}

function placeTerms(
  terms: readonly (Term & Partial<WeightedTerm>)[],
  place: Place,
): readonly FlatTerm[] {
  return terms
    .map(({ mark, value, weight = 1 }) => ({ mark: place(mark), value, weight }))
    .sort((a, b) => a.mark - b.mark || a.weight - b.weight || a.value - b.value)
}

/** One term a mark, of weight 1: a sum of value × weight. */
function mergeByMark(sorted: readonly FlatTerm[]): readonly FlatTerm[] {
  return merge(
    sorted.map(({ mark, value, weight }) => ({ mark, value: value * weight, weight: 1 })),
    (a, b) => a.mark === b.mark,
  )
}

/** One term for each mark and weight. */
function mergeByWeight(sorted: readonly FlatTerm[]): readonly FlatTerm[] {
  return merge(sorted, (a, b) => a.mark === b.mark && a.weight === b.weight)
}

function merge(
  sorted: readonly FlatTerm[],
  same: (a: FlatTerm, b: FlatTerm) => boolean,
): readonly FlatTerm[] {
  const merged: FlatTerm[] = []
  for (const term of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && same(last, term)) {
      merged[merged.length - 1] = { ...last, value: last.value + term.value }
    } else merged.push(term)
  }
  return merged
}

function pushTerms(terms: readonly FlatTerm[], lists: Lists): void {
  for (const { mark, value, weight } of terms) {
    lists.termMark.push(mark)
    lists.termValue.push(value)
    lists.termWeight.push(weight)
    lists.termWeighted.push(value * weight)
  }
}
