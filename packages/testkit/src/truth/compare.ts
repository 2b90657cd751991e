import type { TruthTolerance } from './envelope.js'
import {
  absolute,
  formatRational,
  isAtMost,
  isIntegerText,
  multiply,
  type Rational,
  rationalFromNumber,
  rationalFromText,
  subtract,
} from './rational.js'

/** One compared number, text, truth value or null. */
export type TruthLeaf = {
  /** Where it stands in `expect`, like `options.BTC[0].price`. */
  readonly path: string
  readonly expected: string
  readonly got: string
  /** `got − expected`, computed exactly; null where there is no difference to compute. */
  readonly residual: string | null
  /** The limit that was applied: `exact`, or a tolerance. */
  readonly limit: string
  readonly ok: boolean
}

/** Tolerances that apply to a leaf: what the file or case states, and what the model derives. */
export type LeafTolerance = {
  readonly stated: TruthTolerance | undefined
  readonly derived: TruthTolerance | undefined
}

const DEFAULT_RELATIVE = 1e-12

type Limits = { readonly relative: Rational; readonly floor: Rational; readonly text: string }

/** Text of any answer of a model, for print. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value
    case 'number':
      return Object.is(value, -0) ? '-0' : value.toString()
    case 'bigint':
    case 'boolean':
      return value.toString()
    case 'object':
      return JSON.stringify(value, (_key, item: unknown) =>
        typeof item === 'bigint' ? item.toString() : item,
      )
    case 'undefined':
      return 'nothing'
    default:
      return `a ${typeof value}`
  }
}

function toRational(value: unknown): Rational | null {
  if (typeof value === 'bigint') return { numerator: value, denominator: 1n }
  if (typeof value === 'number') return rationalFromNumber(value)
  if (typeof value === 'string') return rationalFromText(value)
  return null
}

const ZERO: Rational = { numerator: 0n, denominator: 1n }

function limitRational(value: number | string | undefined): Rational {
  return value === undefined ? ZERO : (toRational(value) ?? ZERO)
}

function limitsOf(tolerance: TruthTolerance): Limits {
  if (typeof tolerance !== 'number') {
    const { relative, absolute: floor } = tolerance
    const parts = [
      ...(relative === undefined ? [] : [`${relative} relative`]),
      ...(floor === undefined ? [] : [`${floor} absolute`]),
    ]
    return {
      relative: limitRational(relative),
      floor: limitRational(floor),
      text: parts.join(' or ') || 'exact',
    }
  }
  if (tolerance === 0) return { relative: ZERO, floor: ZERO, text: 'exact' }
  const value = limitRational(tolerance)
  return tolerance < 1
    ? { relative: value, floor: value, text: `${tolerance}` }
    : { relative: ZERO, floor: value, text: `${tolerance} absolute` }
}

/**
 * The tolerance when nothing is stated: integers, and decimal texts answered by a text or a bigint,
 * are exact; whatever passed through a double has 1e-12 relative.
 */
function unstatedTolerance(expected: string | number, got: unknown): TruthTolerance {
  if (typeof expected === 'number') {
    const isInteger =
      Number.isSafeInteger(expected) && (typeof got !== 'number' || Number.isSafeInteger(got))
    return isInteger ? 0 : { relative: DEFAULT_RELATIVE }
  }
  return typeof got === 'number' ? { relative: DEFAULT_RELATIVE } : 0
}

function toleranceOf(
  expected: string | number,
  got: unknown,
  given: LeafTolerance,
): TruthTolerance {
  if (given.derived !== undefined) return given.derived
  // An integer of a chain has no rounding: a tolerance of the whole case is meant for its floats.
  if (typeof expected === 'string' && isIntegerText(expected)) return 0
  return given.stated ?? unstatedTolerance(expected, got)
}

function compareNumbers(
  path: string,
  expected: string | number,
  exact: Rational,
  got: unknown,
  given: LeafTolerance,
): TruthLeaf {
  const limits = limitsOf(toleranceOf(expected, got, given))
  const value = toRational(got)
  const base = { path, expected: String(expected), got: describeValue(got), limit: limits.text }
  if (value === null) return { ...base, residual: null, ok: false }
  const residual = subtract(value, exact)
  const distance = absolute(residual)
  const ok =
    isAtMost(distance, limits.floor) ||
    isAtMost(distance, multiply(limits.relative, absolute(exact)))
  return { ...base, residual: formatRational(residual), ok }
}

function compareScalar(
  path: string,
  expected: unknown,
  got: unknown,
  tolerance: LeafTolerance,
): TruthLeaf {
  if (typeof expected === 'number' || typeof expected === 'string') {
    const exact = toRational(expected)
    if (exact !== null) return compareNumbers(path, expected, exact, got, tolerance)
  }
  const texts = { path, expected: describeValue(expected), got: describeValue(got) }
  return { ...texts, residual: null, limit: 'exact', ok: got === expected }
}

type Fields = { readonly [key: string]: unknown }

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

const EXACT_SUFFIX = '_exact'

/** The answer under `key`; `x_exact` falls back to `x`, whose exact value it is. */
function answerFor(got: Fields, key: string): unknown {
  if (Object.hasOwn(got, key)) return got[key]
  const rounded = key.endsWith(EXACT_SUFFIX) ? key.slice(0, -EXACT_SUFFIX.length) : key
  return Object.hasOwn(got, rounded) ? got[rounded] : undefined
}

function shapeLeaf(path: string, expected: string, got: unknown, ok: boolean): TruthLeaf {
  return { path, expected, got: describeValue(got), residual: null, limit: 'exact', ok }
}

/**
 * Compares a model's answer with `expect`, leaf by leaf. Numbers are compared as exact fractions.
 * An object may have further keys; an array must have the same length; null answers only null.
 */
export function compareLeaves(
  expected: unknown,
  got: unknown,
  toleranceAt: (path: string) => LeafTolerance,
  path = '',
): readonly TruthLeaf[] {
  if (Array.isArray(expected)) {
    const items: readonly unknown[] = expected
    if (!Array.isArray(got) || got.length !== items.length || items.length === 0) {
      const ok = Array.isArray(got) && got.length === items.length
      return [shapeLeaf(path, `${items.length} items`, got, ok)]
    }
    const answers: readonly unknown[] = got
    return items.flatMap((item, index) =>
      compareLeaves(item, answers[index], toleranceAt, `${path}[${index}]`),
    )
  }
  if (isFields(expected)) {
    const keys = Object.keys(expected)
    if (!isFields(got) || keys.length === 0) {
      const ok = isFields(got) && Object.keys(got).length === 0
      return [
        shapeLeaf(path, keys.length === 0 ? 'no fields' : `fields ${keys.join(', ')}`, got, ok),
      ]
    }
    return keys.flatMap((key) =>
      compareLeaves(
        expected[key],
        answerFor(got, key),
        toleranceAt,
        path === '' ? key : `${path}.${key}`,
      ),
    )
  }
  return [compareScalar(path, expected, got, toleranceAt(path))]
}
