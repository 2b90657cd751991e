import type {
  Amount,
  CompiledAccount,
  Evaluation,
  Flag,
  Health,
  MarkId,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { MarkError, OperationError, toNumber } from '@plimsoll/model'
import type { Pair } from './amounts.js'
import { FULL } from './engine.js'
import { liquidationBonus } from './liquidation.js'
import { type Holdings, isSolvent, marginAt, solvencyTests, type TokenTest } from './margin.js'
import { liquidationTicks, ownTicks } from './oracle.js'
import { accountState, isAsRead, type PoolState, priceAt } from './state.js'

/** |compiled − exact| is a rounding of the quotient. */
const ERROR_BOUND = 1e-12

/**
 * Panoptic v2: an account is liquidated as a whole when, at each of four ticks, one of its two tokens
 * cannot carry its requirement. Health is the best over the ticks of the worse over the tokens of
 * resource ÷ requirement, so that it is 1 where the venue liquidates.
 *
 * Requirements bend with the price and with time, which no kernel follows: health holds at the prices
 * that were read and is unknown at others.
 */
export const panopticV2Module: VenueModule = {
  tag: 'panoptic-v2',
  version: 1,
  evaluate,
  compile,
  liquidate: null,
  operations: [],
  apply: (_state, { kind }) => {
    throw new OperationError(
      `A Panoptic account cannot be changed by "${kind}" here: this adapter reads and judges it. Deposit, withdraw or trade at the venue, then read it again.`,
    )
  },
}

function evaluate(state: VenueState): Evaluation {
  const { pool, holdings } = accountState(state)
  const equity = equityOf(state)
  const unmargined = { equity, initialMargin: null, maintenanceMargin: null, excess: null }
  const binding = bindingTest(pool, holdings)
  if (binding !== null && !isAsRead(state, pool)) {
    return { ...unmargined, health: MOVED, liquidatable: null, exact: {}, flags: [] }
  }
  const liquidatable = binding !== null && binding.resource < binding.requirement
  return {
    ...unmargined,
    health: healthOf(binding),
    liquidatable,
    exact: exactOf(pool, holdings, liquidatable),
    flags: flagsOf(pool, holdings),
  }
}

const MOVED = {
  value: null,
  reason: 'unknown',
  message:
    'The requirement is known at the ticks that were read, and at no others: it bends with the price. Read the account again.',
} satisfies Health

/**
 * The test that decides: at each tick the worse of both tokens, of these the best tick. Null where nothing
 * is required, which no tick changes.
 */
function bindingTest({ engine, oracle }: PoolState, holdings: Holdings): TokenTest | null {
  const worst = liquidationTicks(oracle).map((tick) => {
    const tests = solvencyTests(engine, marginAt(engine, holdings, tick), tick)
    return tests
      .filter(({ requirement }) => requirement > 0n)
      .reduce<TokenTest | null>((least, test) => (isLess(test, least) ? test : least), null)
  })
  return worst.reduce((best, test) => {
    if (test === null || best === null) return null
    return isLess(best, test) ? test : best
  })
}

function isLess(a: TokenTest, b: TokenTest | null): boolean {
  return b === null || a.resource * b.requirement < b.resource * a.requirement
}

function healthOf(test: TokenTest | null): Health {
  if (test === null) {
    return {
      value: null,
      reason: 'no-requirement',
      message: 'The account has no position that requires collateral: nothing can be liquidated.',
    }
  }
  const value = Number(test.resource) / Number(test.requirement)
  const isShort = test.resource < test.requirement
  return { value: isShort && value >= 1 ? 1 - Number.EPSILON / 2 : value }
}

/** Under the venue's own names, at the averaged tick of a liquidation. */
function exactOf(
  { engine, oracle, tokens }: PoolState,
  holdings: Holdings,
  liquidatable: boolean,
): Evaluation['exact'] {
  const margin = marginAt(engine, holdings, oracle.twap)
  const named: [string, Pair][] = [
    ['balance', margin.balance],
    ['required', margin.required],
  ]
  if (liquidatable) {
    named.push(['bonus', liquidationBonus(engine, margin, holdings.positions).bonus])
  }
  return Object.fromEntries<Amount>(
    named.flatMap(([name, pair]) =>
      ([0, 1] as const).map((token) => [
        `${name}${token}`,
        { raw: pair[token], decimals: tokens[token].decimals },
      ]),
    ),
  )
}

/** What the owner cannot do although nothing is liquidated. */
function flagsOf({ engine, oracle }: PoolState, holdings: Holdings): readonly Flag[] {
  const flags: Flag[] = []
  const { positions } = holdings
  if (positions.length === 0) return flags
  if (oracle.safeMode > 0) {
    flags.push({
      code: 'safe-mode',
      severity: 'warning',
      message: `The pool guards itself (level ${oracle.safeMode}): opening and withdrawing need full cover at four ticks.`,
    })
  }
  const [first] = positions
  const covered =
    oracle.safeMode > 0 && first !== undefined
      ? [{ ...first, utilizations: [FULL, FULL] as const }, ...positions.slice(1)]
      : positions
  const own = { ...holdings, positions: covered }
  const mayAct = ownTicks(oracle, engine.maxTicksDelta).every((tick) =>
    isSolvent(engine, own, tick, engine.decreaseBuffer),
  )
  if (!mayAct) {
    flags.push({
      code: 'cannot-withdraw',
      severity: 'warning',
      message: 'The account is below what the venue asks before anything is opened or withdrawn.',
    })
  }
  return flags
}

/** Legs at the marks: those of positions are what closing them at the averaged tick moves. */
function equityOf({ account, marks }: VenueState): number {
  return account.legs.reduce((sum, leg) => {
    const mark = leg.mark === null ? undefined : marks.get(leg.mark)
    if ((leg.kind !== 'collateral' && leg.kind !== 'debt') || mark === undefined) {
      throw new MarkError(
        `Leg "${leg.id}" of ${account.id} has no price, or is a ${leg.kind}. Read the account again.`,
      )
    }
    const worth = toNumber(leg.amount) * toNumber(mark.mid)
    return leg.kind === 'debt' ? sum - worth : sum + worth
  }, 0)
}

function compile(state: VenueState): CompiledAccount {
  const { pool, holdings } = accountState(state)
  const marks = pool.tokens.map(({ mark }) => mark as MarkId)
  const binding = bindingTest(pool, holdings)
  const common = { account: state.account.id, combine: 'any', errorBound: ERROR_BOUND } as const
  if (binding === null) {
    return {
      ...common,
      marks: [],
      tests: [{ kernel: 'threshold', strict: true, collateral: [], debt: [], averageStep: null }],
    }
  }
  if (!isAsRead(state, pool)) throw new MarkError(MOVED.message)
  const { resource, requirement } = inNumeraire(pool, binding)
  return {
    ...common,
    marks,
    tests: [
      {
        kernel: 'standard',
        strict: true,
        cash: [{ mark: -1, value: resource }],
        stable: { mark: -1, value: 1 },
        credit: -requirement,
        pinned: [...marks.keys()],
        markets: [],
      },
    ],
  }
}

/** Both sides at the mark of the token that the test counts in. */
function inNumeraire(
  { tokens, oracle, ...pool }: PoolState,
  test: TokenTest,
): { readonly resource: number; readonly requirement: number } {
  const price = toNumber(priceAt(oracle.twap, test.unit, { ...pool, tokens }))
  const { decimals } = tokens[test.unit]
  const worth = (raw: bigint): number => toNumber({ raw, decimals }) * price
  return { resource: worth(test.resource), requirement: worth(test.requirement) }
}
