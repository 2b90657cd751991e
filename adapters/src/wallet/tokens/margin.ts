import type {
  CompiledAccount,
  Evaluation,
  Leg,
  Operation,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { InvalidRuleError, OperationError, toNumber } from '@plimsoll/model'

/** The rule of what is held and owes nothing. */
export const HOLDINGS_RULE: { readonly tag: string; readonly version: number } = {
  tag: 'holdings',
  version: 1,
}

type HeldLeg = Extract<Leg, { kind: 'cash' | 'share' }>

/**
 * Holdings without margin: nothing is required, so health is null and nothing liquidates. Equity
 * counts the legs that have a mark, and says so of those that have none.
 */
export const holdings: VenueModule = {
  ...HOLDINGS_RULE,
  evaluate,
  compile,
  liquidate: null,
  operations: ['supply', 'withdraw'],
  apply,
}

function evaluate(state: VenueState): Evaluation {
  const legs = heldLegs(state)
  const unmarked = legs.filter(({ mark }) => mark === null || !state.marks.has(mark))
  const equity = legs.reduce((sum, { amount, mark }) => {
    const price = mark === null ? undefined : state.marks.get(mark)
    return price === undefined ? sum : sum + toNumber(amount) * toNumber(price.mid)
  }, 0)
  return {
    health: {
      value: null,
      reason: 'no-requirement',
      message: 'Held assets carry no debt: nothing can be liquidated.',
    },
    liquidatable: false,
    equity,
    initialMargin: null,
    maintenanceMargin: null,
    excess: null,
    exact: {},
    flags: unmarked.map(({ asset }) => ({
      code: 'unpriced',
      severity: 'warning',
      message: `${asset} has no mark: its value is not in the equity. Add an adapter that prices it.`,
    })),
  }
}

/** One test that requires nothing: it passes under every scenario. */
function compile(state: VenueState): CompiledAccount {
  heldLegs(state)
  return {
    account: state.account.id,
    marks: [],
    tests: [{ kernel: 'threshold', strict: true, collateral: [], debt: [], averageStep: null }],
    combine: 'any',
    errorBound: 0,
  }
}

/** `supply` is what arrives in the wallet, `withdraw` is what leaves it. */
function apply(state: VenueState, operation: Operation): VenueState {
  const legs = heldLegs(state)
  if (operation.kind !== 'supply' && operation.kind !== 'withdraw') {
    throw new OperationError(
      `A wallet cannot ${operation.kind}. Use supply for what arrives and withdraw for what leaves.`,
    )
  }
  const held = legs.find(({ asset }) => asset === operation.asset)
  const before = held?.amount.raw ?? 0n
  const amount = amountOf(operation, before)
  const after = operation.kind === 'supply' ? before + amount : before - amount
  const leg = held ?? newLeg(state, operation.asset)
  const changed: Leg = { ...leg, amount: { ...leg.amount, raw: after } }
  const others = held === undefined ? [...legs, changed] : legs
  return {
    ...state,
    account: {
      ...state.account,
      legs: others.flatMap((other): readonly Leg[] => {
        if (other.asset !== operation.asset) return [other]
        return after === 0n ? [] : [changed]
      }),
    },
  }
}

function amountOf(operation: Extract<Operation, { asset: unknown }>, held: bigint): bigint {
  if (operation.amount === 'max') {
    if (operation.kind === 'withdraw') return held
    throw new OperationError('"max" has no meaning for what arrives. Name the amount in raw units.')
  }
  if (operation.amount <= 0n) {
    throw new OperationError(
      `The amount ${operation.amount} is not positive. Pass raw units above 0.`,
    )
  }
  if (operation.kind === 'withdraw' && operation.amount > held) {
    throw new OperationError(
      `The wallet holds ${held} raw units of ${operation.asset}, less than ${operation.amount}. Move at most what it holds.`,
    )
  }
  return operation.amount
}

function newLeg(state: VenueState, asset: HeldLeg['asset']): HeldLeg {
  const known = state.assets.get(asset)
  if (known === undefined) {
    throw new OperationError(
      `The portfolio does not know ${asset}. Add the asset before it arrives in the wallet.`,
    )
  }
  return {
    kind: known.kind === 'vault-share' ? 'share' : 'cash',
    id: asset,
    asset,
    mark: null,
    amount: { raw: 0n, decimals: known.decimals },
  }
}

function heldLegs({ account }: VenueState): readonly HeldLeg[] {
  return account.legs.map((leg) => {
    if ((leg.kind === 'cash' || leg.kind === 'share') && leg.amount.raw >= 0n) return leg
    throw new InvalidRuleError(
      `Leg "${leg.id}" of account "${account.id}" is ${leg.kind === 'cash' ? 'negative cash' : `a ${leg.kind}`}: a wallet holds only cash and shares, never less than nothing. Read the account again.`,
    )
  })
}
