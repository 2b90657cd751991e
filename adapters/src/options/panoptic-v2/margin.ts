import { InvalidRuleError, mulDivDown, mulDivUp } from '@plimsoll/model'
import { convert, type Pair } from './amounts.js'
import { crossBufferAt, type EngineParameters, ONE } from './engine.js'
import { max } from './extremes.js'
import { type Demand, positionDemand } from './position-requirement.js'
import { Q96, sqrtPriceAt } from './ticks.js'
import { decodeTokenId, type Token } from './token-id.js'

/** An open position. */
export type Position = {
  readonly tokenId: bigint
  /** Contracts. */
  readonly size: bigint
  /** Utilisation of token0's and token1's pool when it was minted, in 1/10,000. */
  readonly utilizations: Pair
}

/** All that an owner has in one pool, in raw units of token0 and token1. */
export type Holdings = {
  readonly positions: readonly Position[]
  /** What the shares in both collateral trackers are worth. */
  readonly assets: Pair
  /** Interest owed to both trackers. */
  readonly interest: Pair
  /** Premium that short legs could collect now. */
  readonly shortPremia: Pair
  /** Premium that long legs owe. */
  readonly longPremia: Pair
}

/** Balance and requirement in both tokens at one tick, raw units. */
export type Margin = {
  readonly balance: Pair
  readonly required: Pair
  readonly utilizations: Pair
}

/** One of two tests, in raw units of one token: met when the resource is not below the requirement. */
export type TokenTest = {
  readonly resource: bigint
  readonly requirement: bigint
  readonly unit: Token
}

const WORD = 1n << 128n

/** The utilisations that judge every position: the largest of all, by token. */
export function utilizationsOf(positions: readonly Position[]): Pair {
  return byToken((token) =>
    positions.reduce((most, { utilizations }) => max(most, utilizations[token]), 0n),
  )
}

/**
 * What every position requires at a tick when its credits are netted against it, as the venue's
 * `getPerPositionCollateralRequirements` states it; raw units.
 *
 * @throws InvalidRuleError for an id or size that the venue could not hold
 */
export function positionRequirements(
  engine: EngineParameters,
  positions: readonly Position[],
  tick: number,
): readonly Pair[] {
  return demandsOf(engine, positions, tick).map((demands) =>
    byToken((token) => max(demands[token].required - demands[token].credit, 0n)),
  )
}

/**
 * Balance and requirement of an account at a tick, as the venue's `getMargin` states them: credits and
 * collectable premium count as balance; interest above the assets takes them all and is required.
 *
 * @throws InvalidRuleError for an id or size that the venue could not hold
 */
export function marginAt(engine: EngineParameters, holdings: Holdings, tick: number): Margin {
  const { positions, assets, interest, shortPremia, longPremia } = holdings
  const demands = demandsOf(engine, positions, tick)
  const total = (token: Token, part: keyof Demand): bigint =>
    demands.reduce((sum, demand) => sum + demand[token][part], 0n)
  const unpaid = (token: Token): bigint => (interest[token] > assets[token] ? assets[token] : 0n)
  return {
    balance: byToken((token) =>
      fitting(
        max(assets[token] - interest[token], 0n) + shortPremia[token] + total(token, 'credit'),
      ),
    ),
    required: byToken((token) =>
      fitting(total(token, 'required') + longPremia[token] + unpaid(token)),
    ),
    utilizations: utilizationsOf(positions),
  }
}

/**
 * The venue's two tests at a tick: each token must carry its requirement, raised by `buffer` (10,000,000
 * is none), with the part of the other's surplus that crosses. Both count in raw units of token0 below
 * tick 0, else of token1.
 */
export function solvencyTests(
  engine: EngineParameters,
  { balance, required, utilizations }: Margin,
  tick: number,
  buffer: bigint = ONE,
): readonly [TokenTest, TokenTest] {
  const price = sqrtPriceAt(tick)
  const unit: Token = price < Q96 ? 0 : 1
  const raised = byToken((token) => mulDivUp(required[token], buffer, ONE))
  const crossing = byToken((token) => {
    const surplus = max(balance[token] - raised[token], 0n)
    const share = crossBufferAt(engine, engine.crossBuffers[token], utilizations[token])
    return mulDivDown(surplus, share, ONE)
  })
  const inUnit = (token: Token, amount: bigint, up: boolean): bigint =>
    token === unit ? amount : convert(amount, token, price, up)
  const test = (token: Token, other: Token): TokenTest => ({
    resource: inUnit(token, balance[token], false) + inUnit(other, crossing[other], false),
    requirement: inUnit(token, raised[token], true),
    unit,
  })
  return [test(0, 1), test(1, 0)]
}

/** Whether an account meets both tests at a tick. */
export function isSolvent(
  engine: EngineParameters,
  holdings: Holdings,
  tick: number,
  buffer: bigint = ONE,
): boolean {
  const tests = solvencyTests(engine, marginAt(engine, holdings, tick), tick, buffer)
  return tests.every(({ resource, requirement }) => resource >= requirement)
}

/** A pair made token by token. */
export function byToken(value: (token: Token) => bigint): Pair {
  return [value(0), value(1)]
}

function demandsOf(
  engine: EngineParameters,
  positions: readonly Position[],
  tick: number,
): readonly (readonly [Demand, Demand])[] {
  const utilizations = utilizationsOf(positions)
  return positions.map(({ tokenId, size }) => {
    const { legs, tickSpacing } = decodeTokenId(tokenId)
    const demand = (token: Token): Demand =>
      positionDemand(legs, token, {
        engine,
        size,
        tickSpacing,
        tick,
        utilization: utilizations[token],
      })
    return [demand(0), demand(1)]
  })
}

function fitting(amount: bigint): bigint {
  if (amount < WORD) return amount
  throw new InvalidRuleError(
    `An amount of ${amount} raw units is larger than the venue can count. Read the account again.`,
  )
}
