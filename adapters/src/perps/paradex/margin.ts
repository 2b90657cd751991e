import type {
  CompiledAccount,
  Evaluation,
  Health,
  MarkId,
  Operation,
  ScenarioTest,
  VenueModule,
  VenueState,
} from '@plimsoll/model'
import { OperationError, parseAmount } from '@plimsoll/model'
import { evaluateScenarioTest } from '@plimsoll/risk'
import { crossTest } from './compile-cross.js'
import { unsupported } from './errors.js'
import { crossMargin } from './margin-cross.js'
import { portfolioTest } from './margin-portfolio.js'
import type { Holdings } from './positions.js'
import { marketOf, spotBalanceMargin } from './positions.js'
import type { AccountState } from './state.js'
import { accountState, perpMark, perpOf, spotMark, tokenMark, underlyingState } from './state.js'

/** The formulas that are computed, with their source. */
export const FORMULA_VERSION = 'tradeparadex/paradex-py 334a7f8 (margin), 2026-06-19'

/** Marks of a compiled account, numbered as they are met. */
export type MarkIndex = {
  readonly ids: readonly MarkId[]
  readonly of: (id: MarkId) => number
}

function markIndex(): MarkIndex {
  const ids: MarkId[] = []
  return {
    ids,
    of: (id) => {
      if (!ids.includes(id)) ids.push(id)
      return ids.indexOf(id)
    },
  }
}

/** Settlement balance, quotes, positions and other balances at the marks of the state, USD. */
export function equityOf({ holdings, cash }: AccountState): number {
  const worth = holdings.positions.reduce(
    (sum, { market, size }) => sum + size * marketOf(holdings, market).mark,
    0,
  )
  const balances = holdings.balances.reduce((sum, { size, price }) => sum + size * price, 0)
  return cash.reduce((sum, { value }) => sum + value, 0) + worth + balances
}

/** Whether nothing that is held can ever be liquidated: what is not borrowed is worth its own margin. */
function isIdle({ holdings, cash }: AccountState): boolean {
  return (
    holdings.positions.length === 0 &&
    holdings.balances.every(({ size }) => size >= 0) &&
    cash.every(({ value }) => value >= 0)
  )
}

/** Health of a debt with nothing that requires margin: below every threshold, and finite. */
const DEBT_ALONE = -1

function healthOf(account: AccountState, equity: number, maintenance: number): Health {
  if (isIdle(account) || (maintenance === 0 && equity >= 0)) {
    return { value: null, reason: 'no-requirement', message: 'Nothing held requires margin.' }
  }
  return { value: maintenance > 0 ? equity / maintenance : DEBT_ALONE }
}

type Margins = {
  readonly initial: number
  readonly maintenance: number
  readonly exact: { readonly [name: string]: number }
}

function evaluation(account: AccountState, margins: Margins): Evaluation {
  const { initial, maintenance, exact } = margins
  const equity = equityOf(account)
  const named = {
    account_value: equity,
    initial_margin_requirement: initial,
    maintenance_margin_requirement: maintenance,
    ...exact,
  }
  return {
    health: healthOf(account, equity, maintenance),
    liquidatable: !isIdle(account) && equity < maintenance,
    equity,
    initialMargin: initial,
    maintenanceMargin: maintenance,
    excess: equity - maintenance,
    exact: Object.fromEntries(
      Object.entries(named).map(([name, value]) => [name, parseAmount(value.toFixed(DECIMALS))]),
    ),
    flags: [],
  }
}

/** Decimals that a double of this size still holds. */
const DECIMALS = 12
/** Rounding of a double, with room for terms that a scenario makes larger. */
const DOUBLE_ERROR = 3.6e-15

function compiled(
  state: VenueState,
  account: AccountState,
  marks: MarkIndex,
  test: CompiledAccount['tests'][number],
  requirement: number,
): CompiledAccount {
  const gross = grossOf(account)
  const count = account.holdings.positions.length + account.holdings.balances.length + 4
  return {
    account: state.account.id,
    marks: marks.ids,
    tests: isIdle(account) ? [] : [test],
    combine: 'any',
    errorBound: count * DOUBLE_ERROR * Math.max(1, gross / (requirement || Infinity)),
  }
}

function grossOf({ holdings, cash }: AccountState): number {
  const { positions, balances } = holdings
  return (
    positions.reduce((sum, { market: symbol, size }) => {
      const { mark, underlying } = marketOf(holdings, symbol)
      return sum + Math.abs(size) * Math.max(mark, underlying)
    }, spotBalanceMargin(balances)) + cash.reduce((sum, { value }) => sum + Math.abs(value), 0)
  )
}

/** Why an operation is not offered, and where it is. */
export function noOperation({ kind }: Operation): OperationError {
  return new OperationError(
    `Paradex has no "${kind}" here: orders and transfers are signed in the venue's own interface. Act there, then read again.`,
  )
}

const readOnly: Pick<VenueModule, 'version' | 'liquidate' | 'operations' | 'apply'> = {
  version: 1,
  liquidate: null,
  operations: [],
  apply: (_state, operation) => {
    throw noOperation(operation)
  },
}

/** Cross margin, and isolated accounts: every market on its own. */
export const crossModule: VenueModule = {
  ...readOnly,
  tag: 'paradex/cross',
  evaluate: (state) => {
    const account = accountState(state)
    const { initialMargin, maintenanceMargin } = crossMargin(account.holdings)
    return evaluation(account, {
      initial: initialMargin,
      maintenance: maintenanceMargin,
      exact: {},
    })
  },
  compile: (state) => {
    const account = accountState(state)
    const marks = markIndex()
    const { maintenanceMargin } = crossMargin(account.holdings)
    const test = crossTest(state, account, marks)
    return compiled(state, account, marks, test, maintenanceMargin)
  },
}

type Scan = { readonly account: AccountState; readonly test: ScenarioTest }

/** The scan of a portfolio-margin account. @throws UnsupportedVenueStateError for several underlyings */
function scanOf(state: VenueState, marks: MarkIndex): Scan {
  const bases = accountState(state).bases
  const [base, second] = bases
  if (base === undefined || second !== undefined) {
    throw unsupported(
      `portfolio margin of ${bases.length} underlyings has no known rule, the venue's engine scans one`,
    )
  }
  const { underlying, parameters } = underlyingState(state, base)
  const account = accountState(state, () => underlying.interestRate)
  const { holdings, cash } = account
  const foreign = holdings.positions.find(
    ({ market }) => marketOf(holdings, market).kind === 'perp' && market !== perpOf(base),
  )
  if (foreign !== undefined) throw unsupported(`${foreign.market} is not the perpetual of ${base}`)
  const test = portfolioTest(holdings, underlying, parameters, {
    name: base,
    at: state.at,
    cash: [
      ...cash.map(({ mark, value }) => ({ mark: marks.of(mark), value })),
      ...balanceTerms(holdings, marks),
    ],
    spotMark: marks.of(spotMark(base)),
    perpMark: marks.of(perpMark(perpOf(base))),
    tokenMark: (token) => marks.of(tokenMark(token)),
  })
  return { account, test }
}

/** Worth of other balances. */
const balanceTerms = ({ balances }: Holdings, marks: MarkIndex) =>
  balances.map(({ token, size, price }) => ({
    mark: marks.of(tokenMark(token)),
    value: size * price,
  }))

/** Portfolio margin: the venue's stress grid over one underlying. */
export const portfolioModule: VenueModule = {
  ...readOnly,
  tag: 'paradex/portfolio',
  evaluate: (state) => {
    const idle = accountState(state)
    if (idle.bases.length === 0) {
      const margin = spotBalanceMargin(idle.holdings.balances)
      return evaluation(idle, { initial: margin, maintenance: margin, exact: {} })
    }
    const { account, test } = scanOf(state, markIndex())
    const { initial, maintenance } = evaluateScenarioTest(test)
    return evaluation(account, {
      initial: initial.requirement,
      maintenance: maintenance.requirement,
      exact: Object.fromEntries(
        initial.contingencies
          .filter(({ amount }) => amount !== 0)
          .map(({ name, amount }) => [`initial ${name}`, amount]),
      ),
    })
  },
  compile: (state) => {
    const marks = markIndex()
    const idle = accountState(state)
    if (idle.bases.length === 0) {
      const margin = spotBalanceMargin(idle.holdings.balances)
      return compiled(state, idle, marks, crossTest(state, idle, marks), margin)
    }
    const { account, test } = scanOf(state, marks)
    return compiled(state, account, marks, test, evaluateScenarioTest(test).maintenance.requirement)
  },
}
