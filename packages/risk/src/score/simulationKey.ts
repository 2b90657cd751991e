import type { Program } from '../program/program.js'
import type { PathSimulation } from './simulatePaths.js'

const PRIME = 0x01000193
const BASES = [0x811c9dc5, 0x050c5d1f] as const

/** A program is simulated many times, and never changes. */
const known = new WeakMap<Program, string>()

/**
 * A short text that tells simulations apart: accounts with their rules, prices and horizons, the
 * covariance, seed and law. Hits of another portfolio, market or moment do not pass for these.
 */
export function simulationKey(simulation: PathSimulation): string {
  const { program, model, accounts, seed, stepsPerDay, degreesOfFreedom, sampling } = simulation
  return keyOf([
    programKey(program),
    [model.factors, model.root],
    accounts,
    [seed, stepsPerDay, degreesOfFreedom, sampling ?? 'plain'],
  ])
}

function programKey(program: Program): string {
  const found = known.get(program)
  if (found !== undefined) return found
  const { kernels: _, ...tests } = program.tests
  const key = keyOf([
    program.accounts.map(({ id, marks }) => [id, marks]),
    program.marks.map(({ id, price }) => [id, price]),
    [program.factors, program.exposureStart, program.exposureFactor, program.exposureElasticity],
    tests,
  ])
  known.set(program, key)
  return key
}

function keyOf(content: unknown): string {
  const text = JSON.stringify(content, plain)
  return BASES.map((basis) => hashText(text, basis).toString(16).padStart(8, '0')).join('')
}

/** JSON has no infinities, and writes typed arrays as objects. */
function plain(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return ArrayBuffer.isView(value) ? Object.values(value) : value
}

/** FNV-1a over the units of a text, 32 bits. */
function hashText(text: string, basis: number): number {
  let hash = basis
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), PRIME)
  }
  return hash >>> 0
}
