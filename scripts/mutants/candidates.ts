import {
  boundaryPrice,
  liquidationCall,
  type MarginState,
  withPrice,
} from '@plimsoll/adapters/lending/aave-v3/exact'
import { OperationError } from '@plimsoll/model'
import type { LocalPool } from '../../test/contracts/aave-v3/local-pool.js'
import { randomLiquidation } from '../../test/contracts/aave-v3/random-liquidation.js'
import {
  borrowOperation,
  type RandomOperation,
  randomOperation,
  repayOperation,
} from '../../test/contracts/aave-v3/random-operation.js'
import { type Random, randomState } from '../../test/contracts/aave-v3/random-state.js'
import {
  healthEdge,
  huge,
  isolated,
  nearDust,
  shareOfThree,
  small,
  unitPair,
  units,
  withEdgeRates,
} from './edge-states.js'
import { type Candidate, inUse, rowsOf } from './rows.js'

const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD', 'EEE'] as const

/** Draws one candidate. */
export type Draw = (random: Random, local: LocalPool) => Candidate | null

/** Kinds of candidates: any, and those at the edges that any random state would miss. */
export const DRAWS: { readonly [kind: string]: Draw } = {
  account: (random, local) => ofState('account', inUse(draw(random, local))),
  smallAccount: (random, local) => ofState('account', small(random, draw(random, local))),
  edgeRates: (random, local) => ofState('account', withEdgeRates(random, draw(random, local))),
  hugeDebt: (random, local) => ofState('account', huge(random, draw(random, local))),
  healthEdge: (random, local) => ofState('account', healthEdge(random, draw(random, local))),
  boundary: (random, local) => {
    const state = inUse(draw(random, local))
    const priceId = random.pick(SYMBOLS)
    return {
      model: 'boundary',
      state,
      input: { priceId },
      task: { kind: 'boundary', priceId },
    }
  },
  verdict: (random, local) => {
    const state = random.chance(0.5) ? draw(random, local) : small(random, draw(random, local))
    const at = random.chance(0.7) ? atBoundary(random, state) : state
    return at === null ? null : ofState('verdict', inUse(at))
  },
  dustVerdict: (random, local) => ofState('verdict', nearDust(random, draw(random, local), 2)),
  unitPair: (random, local) => ofState('verdict', unitPair(random, draw(random, local))),
  shareVerdict: (random, local) => ofState('verdict', shareOfThree(random, draw(random, local))),
  unitVerdict: (random, local) => ofState('verdict', units(random, draw(random, local))),
  liquidation: (random, local) => {
    const { state, call } = randomLiquidation(random, local)
    return ofLiquidation(state, call)
  },
  liquidationAtBoundary: (random, local) => {
    const { state, call } = randomLiquidation(random, local)
    const at = atBoundary(random, state)
    return at === null ? null : ofLiquidation(at, call)
  },
  liquidationEdge: (random, local) => {
    const { state, call } = randomLiquidation(random, local)
    const at = atBoundary(random, state)
    if (at === null) return null
    const executes = (debtToCover: bigint): boolean =>
      liquidationCall(at, { ...call, debtToCover }).ok
    const debtToCover = edge(executes, 1n, 1n << 100n)
    if (debtToCover === null) return null
    return ofLiquidation(at, { ...call, debtToCover: debtToCover + BigInt(random.integer(0, 1)) })
  },
  dustLiquidation: (random, local) => {
    const state = nearDust(random, draw(random, local), 1)
    const call = {
      collateralAsset: 'AAA',
      debtAsset: 'EEE',
      debtToCover: 'max' as const,
      receiveAToken: random.chance(0.5),
    }
    if (random.chance(0.4)) return ofLiquidation(state, call)
    const executes = (debtToCover: bigint): boolean =>
      liquidationCall(state, { ...call, debtToCover }).ok
    const last = edge(executes, 1n, 1n << 100n)
    if (last === null) return null
    return ofLiquidation(state, { ...call, debtToCover: last + BigInt(random.integer(0, 1)) })
  },
  operation: (random, local) => ofOperation(randomOperation(random, local)),
  isolated: (random, local) => {
    const state = isolated(random, draw(random, local))
    const asset = random.pick(SYMBOLS)
    const owed = state.positions.find((position) => position.asset === asset)?.scaledDebt ?? 0n
    const amount = random.magnitude(1n, owed + 1n)
    return ofOperation(
      random.chance(0.5)
        ? borrowOperation(local, state, asset, amount)
        : repayOperation(local, state, asset, amount),
    )
  },
  borrowLimit: (random, local) => {
    const state = random.chance(0.5) ? draw(random, local) : small(random, draw(random, local))
    const asset = random.pick(SYMBOLS)
    const passes = (amount: bigint): boolean => {
      try {
        borrowOperation(local, state, asset, amount).apply()
        return true
      } catch (error) {
        if (error instanceof OperationError) return false
        throw error
      }
    }
    const limit = edge(passes, 1n, 1n << 100n)
    if (limit === null) return null
    const amount = limit + BigInt(random.integer(0, 1))
    return ofOperation(borrowOperation(local, state, asset, amount))
  },
}

function draw(random: Random, { revision, symbols, now }: LocalPool): MarginState {
  return randomState(random, { revision, assets: symbols, now })
}

function ofState(kind: 'account' | 'verdict', state: MarginState): Candidate {
  return { model: kind, state: inUse(state), input: {}, task: { kind } }
}

function ofLiquidation(
  drawn: MarginState,
  call: ReturnType<typeof randomLiquidation>['call'],
): Candidate {
  const state = inUse(drawn, [call.collateralAsset, call.debtAsset])
  return { model: 'liquidation', state, input: { call }, task: { kind: 'liquidation', call } }
}

function ofOperation(operation: RandomOperation): Candidate {
  const { name, asset, amount, into } = operation
  return {
    model: 'operation',
    state: inUse(operation.state, [asset]),
    input: {
      operation: { name, asset, amount },
      into: into === null ? null : rowsOf(inUse(into, [asset])),
    },
    task: { kind: 'operation', operation },
  }
}

/** The state with one price at its boundary: health just below 1. */
function atBoundary(random: Random, state: MarginState): MarginState | null {
  const priceId = random.pick(SYMBOLS)
  const found = boundaryPrice(state, priceId)
  return found === null ? null : withPrice(state, priceId, found.price)
}

/** The last amount of a run of amounts for which `test` holds, where one begins at or above `least`. */
function edge(test: (amount: bigint) => boolean, least: bigint, most: bigint): bigint | null {
  let first: bigint | null = null
  for (let amount = least; amount <= most; amount *= 2n) {
    if (test(amount)) first = amount
    else if (first !== null) break
  }
  if (first === null || first * 2n > most) return null
  let [holds, fails] = [first, first * 2n]
  while (fails - holds > 1n) {
    const middle = (holds + fails) / 2n
    if (test(middle)) holds = middle
    else fails = middle
  }
  return holds
}
