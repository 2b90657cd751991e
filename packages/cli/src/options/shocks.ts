import { assetId, factorId, InvalidIdError, markId } from '@plimsoll/model'
import { UsageError } from '../errors.js'
import type { Scenario } from '../what-if.js'
import { keyValue } from './chains.js'

const FORM = '--shock ETH=-20%, --shock spot:BTC=-0.1 or --shock mark:<mark id>=-5%'

/**
 * A scenario from shocks: `ETH=-20%` (the factor spot:ETH), `peg:USDC/USD=-3%`,
 * `eip155:1/erc20:0x…=-10%` (one asset) or `mark:<id>=-5%` (one price alone). A move is a percentage
 * or a fraction: `-20%` is `-0.2`.
 *
 * @throws UsageError
 */
export function parseShocks(texts: readonly string[]): Scenario {
  if (texts.length === 0) {
    throw new UsageError(`A what-if needs at least one shock. Write ${FORM}.`)
  }
  const shocks = new Map<string, { readonly kind: keyof Scenario; readonly move: number }>()
  for (const text of texts) {
    // An id may hold "=", a move cannot.
    const at = text.lastIndexOf('=')
    const [name] = keyValue('--shock', text, FORM)
    const key = at > 0 ? text.slice(0, at) : name
    const { kind, id } = target(key)
    if (shocks.has(`${kind} ${id}`)) {
      throw new UsageError(`--shock moves "${key}" twice. Give each name one move.`)
    }
    shocks.set(`${kind} ${id}`, { kind, move: parseMove(key, text.slice(at + 1)) })
  }
  return scenarioOf(shocks)
}

function scenarioOf(
  shocks: ReadonlyMap<string, { readonly kind: keyof Scenario; readonly move: number }>,
): Scenario {
  const groups: { [Kind in keyof Scenario]-?: { [id: string]: number } } = {
    factors: {},
    assets: {},
    marks: {},
  }
  for (const [key, { kind, move }] of shocks) groups[kind][key.slice(kind.length + 1)] = move
  return groups
}

function target(name: string): { readonly kind: keyof Scenario; readonly id: string } {
  try {
    if (name.startsWith('mark:')) return { kind: 'marks', id: markId(name.slice(5)) }
    if (/^(eip155|venue):.*\//.test(name)) return { kind: 'assets', id: assetId(name) }
    const isFactor = /^(spot|peg|iv|funding|rate):/.test(name)
    return { kind: 'factors', id: factorId(isFactor ? name : `spot:${name}`) }
  } catch (cause) {
    if (!(cause instanceof InvalidIdError)) throw cause
    throw new UsageError(
      `--shock names "${name.slice(0, 120)}", which cannot move. Write ${FORM}.`,
      {
        cause,
      },
    )
  }
}

/** A relative move: `-20%` or `-0.2`. @throws UsageError when it is no number or falls below −100 %. */
export function parseMove(name: string, text: string): number {
  const match = /^([+-]?\d+(?:\.\d+)?)(%?)$/.exec(text)
  const move = match === null ? Number.NaN : Number(match[1]) / (match[2] === '%' ? 100 : 1)
  if (!(move >= -1) || !Number.isFinite(move)) {
    throw new UsageError(
      `--shock moves "${name.slice(0, 80)}" by "${text.slice(0, 40)}". Write a move of at least -100%, as -20% or -0.2.`,
    )
  }
  if (match !== null && match[2] === '' && Math.abs(move) > 10) {
    throw new UsageError(
      `--shock moves "${name.slice(0, 80)}" by ${move}, that is ${move * 100} %. Write ${text}% if a percentage is meant.`,
    )
  }
  return move
}
