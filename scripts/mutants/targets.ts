import type { Rounding } from './sites.js'

/** Exact arithmetic whose roundings are mutated, and what must notice. */
export type Target = {
  /** Every call in it that rounds is a site. */
  readonly folder: string
  /** Calls that count as rounding there. */
  readonly calls: readonly Rounding[]
  /** Exports the models that reproduce the files. */
  readonly model: string
  readonly files: readonly string[]
}

export const AAVE_V3: Target = {
  folder: 'adapters/src/lending/aave-v3',
  calls: ['mulDivDown', 'mulDivUp', 'mulDivHalfUp', 'divDown'],
  model: 'test/truth-models/aave-v3.ts',
  files: [
    'test/truth/aave-v3-states.json',
    'test/truth/aave-v3-by-hand.json',
    'test/truth/lending.json',
  ],
}

export const DERIVE: Target = {
  folder: 'adapters/src/options/derive/integer',
  calls: ['multiply', 'divide', 'mulDivTrunc', 'divTrunc', 'shiftDown', 'times'],
  model: 'test/truth-models/derive-integer.ts',
  files: [
    'test/truth/derive-black76-wei.json',
    'test/truth/derive-pmrm2-wei.json',
    'test/truth/derive-integer-random.json',
  ],
}

export const MORPHO_BLUE: Target = {
  folder: 'adapters/src/lending/morpho-blue',
  calls: ['mulDivDown', 'mulDivUp', 'divDown', 'mulDivTrunc'],
  model: 'test/truth-models/morpho-blue.ts',
  files: [
    'test/truth/morpho-blue-states.json',
    'test/truth/morpho-blue-rates.json',
    'test/truth/morpho-blue-boundary.json',
  ],
}

export const COMPOUND_V3: Target = {
  folder: 'adapters/src/lending/compound-v3',
  calls: ['mulDivDown', 'mulDivUp', 'divDown', 'mulDivTrunc'],
  model: 'test/truth-models/compound-v3.ts',
  files: [
    'test/truth/compound-v3-states.json',
    'test/truth/compound-v3-boundary.json',
    'test/truth/compound-v3-operations.json',
  ],
}

export const TARGETS: readonly Target[] = [AAVE_V3, DERIVE, MORPHO_BLUE, COMPOUND_V3]
