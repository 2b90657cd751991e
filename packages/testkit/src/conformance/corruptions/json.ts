import { formatAmount, mulDivUp, type Native, parseAmount } from '@plimsoll/model'
import type { Corruption, CorruptionKind, CorruptionScene } from './corruption.js'
import { MADE_UP_ADDRESS, MADE_UP_NAME, STALE_BY_SECONDS } from './corruption.js'
import type { JsonPlace } from './paths.js'
import { isList, isObject, pathPattern, pathText, placesOf, replaceAt } from './paths.js'

const ADDRESS = /^0x[0-9a-fA-F]{40}$/
const DECIMAL = /^-?\d+(\.\d+)?$/
const PAST_MS = 800 * 86_400_000
/** Shorter lists of equal length are too often so by chance. */
const PARALLEL_LENGTH = 3

/**
 * Every way to spoil a JSON answer: emptied, of another type, a field or element missing, each
 * number out of range or slightly wrong, each identity made up, each time older.
 */
export function jsonCorruptions(answer: Native, scene: CorruptionScene): readonly Corruption[] {
  const places = [...placesOf(answer)]
  const parallel = parallelLengths(places)
  return [
    ...wholeCorruptions(answer),
    ...places.slice(1).flatMap((place) => fieldCorruptions(answer, place)),
    ...places.flatMap((place) => listCorruptions(answer, place, parallel)),
    ...places.flatMap((place) => leafCorruptions(answer, place, scene)),
  ]
}

function wholeCorruptions(answer: Native): readonly Corruption[] {
  const whole = (kind: CorruptionKind, what: string, raw: Native): readonly Corruption[] =>
    JSON.stringify(raw) === JSON.stringify(answer)
      ? []
      : [{ kind, what: `answer ${what}`, pattern: what, answer: { ok: true, raw } }]
  return [
    ...whole('empty', '{}', {}),
    ...whole('empty', '[]', []),
    ...whole('empty', 'null', null),
    ...whole('empty', "''", ''),
    ...whole('wrong-type', '0', 0),
    ...whole('wrong-type', 'true', true),
    ...whole('wrong-type', 'in a list', [answer]),
    ...whole('wrong-type', 'in an object', { data: answer }),
    ...whole('truncated', 'cut in half as text', JSON.stringify(answer).slice(0, -1)),
  ]
}

function fieldCorruptions(answer: Native, { path, value }: JsonPlace): readonly Corruption[] {
  const named = typeof path.at(-1) === 'string'
  const put = (kind: CorruptionKind, what: string, wrong: Native | undefined): Corruption => ({
    kind,
    what: `${pathText(path)} ${what}`,
    pattern: `${pathPattern(path)} ${what}`,
    answer: { ok: true, raw: replaceAt(answer, path, wrong) },
  })
  const spoiled: Corruption[] = []
  if (named) spoiled.push(put('truncated', 'missing', undefined))
  if (value !== null) spoiled.push(put('empty', 'null', null))
  if (typeof value !== 'boolean') spoiled.push(put('wrong-type', 'true', true))
  if (!isObject(value)) spoiled.push(put('wrong-type', '{}', {}))
  if (typeof value === 'string' && value !== '') spoiled.push(put('empty', "''", ''))
  if (typeof value === 'boolean') spoiled.push(put('wrong-type', '"no"', 'no'))
  return spoiled
}

function listCorruptions(
  answer: Native,
  { path, value }: JsonPlace,
  parallel: ReadonlySet<number>,
): readonly Corruption[] {
  if (!isList(value) || value.length === 0) return []
  // Nobody can tell a shorter list from a list, unless another one should have the same length.
  const kind = parallel.has(value.length) ? 'wrong-length' : 'plausible'
  const put = (what: string, list: readonly Native[]): Corruption => ({
    kind,
    what: `${pathText(path)} ${what}`,
    pattern: `${pathPattern(path)} ${what}`,
    answer: { ok: true, raw: replaceAt(answer, path, list) },
  })
  return [
    put('without its first element', value.slice(1)),
    put('without its last element', value.slice(0, -1)),
    put('without its second half', value.slice(0, value.length >> 1)),
  ]
}

function parallelLengths(places: readonly JsonPlace[]): ReadonlySet<number> {
  const seen = new Set<number>()
  const repeated = new Set<number>()
  for (const { value } of places) {
    if (!isList(value) || value.length < PARALLEL_LENGTH) continue
    if (seen.has(value.length)) repeated.add(value.length)
    seen.add(value.length)
  }
  return repeated
}

function leafCorruptions(
  answer: Native,
  place: JsonPlace,
  scene: CorruptionScene,
): readonly Corruption[] {
  const { path, value } = place
  const put = (kind: CorruptionKind, what: string, wrong: Native): Corruption => ({
    kind,
    what: `${pathText(path)} ${what}`,
    pattern: `${pathPattern(path)} ${what}`,
    answer: { ok: true, raw: replaceAt(answer, path, wrong) },
  })
  const text = numberText(value)
  if (text !== null) {
    const write = (changed: string): Native =>
      typeof value === 'number' ? Number(changed) : changed
    const older = olderTime(text, scene)
    if (older !== null) return [put('stale', '40 days older', write(older))]
    return [
      put('out-of-range', '= 1e40', write(`1${'0'.repeat(40)}`)),
      put('out-of-range', '= −1e40', write(`-1${'0'.repeat(40)}`)),
      put('wrong-type', '= "NaN"', 'NaN'),
      put('wrong-type', '= "0x"', '0x'),
      ...plausibleNumbers(text).map(([what, changed]) => ({
        ...put('plausible', what, write(changed)),
        field: pathPattern(path),
      })),
    ]
  }
  if (typeof value === 'boolean') {
    return [{ ...put('plausible', 'turned', !value), field: pathPattern(path) }]
  }
  if (typeof value !== 'string' || value === '') return []
  const madeUp = ADDRESS.test(value) ? MADE_UP_ADDRESS : MADE_UP_NAME
  return [{ ...put('wrong-id', `= ${madeUp}`, madeUp), madeUp }]
}

function numberText(value: Native): string | null {
  if (typeof value === 'number') {
    const text = String(value)
    return DECIMAL.test(text) ? text : null
  }
  return typeof value === 'string' && DECIMAL.test(value) ? value : null
}

function plausibleNumbers(text: string): readonly (readonly [string, string])[] {
  const amount = parseAmount(text)
  if (amount.raw === 0n) return []
  const { decimals } = amount
  const wider = { raw: amount.raw * 10n, decimals: decimals + 1 }
  const times = (numerator: bigint) => {
    const isWhole = decimals === 0
    // A whole number stays whole: anything else would be noticed by its type alone.
    const raw = isWhole ? mulDivUp(amount.raw, numerator, 10n) : (wider.raw * numerator) / 10n
    return formatAmount({ raw, decimals: isWhole ? 0 : wider.decimals })
  }
  return (
    [
      ['× 1.1', times(11n)],
      ['× 0.9', times(9n)],
      ['= 0', '0'],
      ['with its sign turned', formatAmount({ raw: -amount.raw, decimals })],
    ] as const
  ).filter(([, changed]) => changed !== text)
}

/** The number 40 days earlier if it reads as a time near the read, in s, ms, µs or ns; else null. */
function olderTime(text: string, { nowMs }: CorruptionScene): string | null {
  if (!/^\d+$/.test(text)) return null
  const value = BigInt(text)
  for (const [perSecond, perMs] of [
    [1n, 0.001],
    [1_000n, 1],
    [1_000_000n, 1_000],
    [1_000_000_000n, 1_000_000],
  ] as const) {
    const ms = Number(value) / perMs
    if (ms <= nowMs + 86_400_000 && ms > nowMs - PAST_MS) {
      return String(value - BigInt(STALE_BY_SECONDS) * perSecond)
    }
  }
  return null
}
