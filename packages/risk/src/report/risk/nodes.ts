import type {
  AccountId,
  AssetId,
  MarketState,
  NodeFailure,
  NodeId,
  PegStress,
  Portfolio,
} from '@plimsoll/model'
import { nodeId } from '@plimsoll/model'
import { compareText } from '../../order.js'
import { accountFails } from '../../program/evaluate.js'
import type { Program } from '../../program/program.js'
import { multipliersUnder } from '../../program/scenario.js'
import type { NodeShock } from '../../score/structuralCap.js'
import type { Counted } from '../../valuation/lookThrough.js'
import { accountTotals } from '../../valuation/totals.js'
import type { World } from '../../valuation/world.js'
import { worldUnder } from '../../valuation/world.js'

const PEG = 'peg:'

/** What the failure of a node does to marks and accounts, at its tabled severity. */
type Shock = {
  readonly node: NodeId
  /** Share of its value that an asset loses, signed: below 0 it rises. */
  readonly assets: ReadonlyMap<AssetId, number>
  /** Share of its equity that an account loses. */
  readonly accounts: ReadonlyMap<AccountId, number>
}

/** What is judged: the portfolio, compiled, with the rows of its material accounts. */
export type Judged = {
  readonly portfolio: Portfolio
  readonly program: Program
  readonly material: ReadonlySet<AccountId>
  readonly today: World
  readonly counted: Counted
}

/**
 * The failure of every dependency node alone, in one pass: what depends on it loses its tabled share
 * of value at once, and no price answers. A venue, chain or bridge that an account stands on takes its
 * share of the account's equity; that freezes the account and liquidates nothing. A peg on which no
 * node is tabled breaks as the market state has it, whichever way costs more.
 */
export function nodeFailures(judged: Judged, market: MarketState): readonly NodeFailure[] {
  return shocksOf(judged.portfolio, market)
    .map((shock): NodeFailure => {
      const liquidated = (severity: number) => liquidatedBy(judged, shock, severity)
      return {
        node: shock.node,
        loss: lossOf(judged, shock),
        liquidatedAtTabled: liquidated(1),
        liquidatedAtTwice: liquidated(2),
      }
    })
    .sort((a, b) => (b.loss ?? Infinity) - (a.loss ?? Infinity) || compareText(a.node, b.node))
}

/** What the structural cap asks of the failures. */
export function nodeShocks(failures: readonly NodeFailure[]): readonly NodeShock[] {
  const any = (accounts: readonly AccountId[] | null) =>
    accounts === null ? null : accounts.length > 0
  return failures.map(({ node, liquidatedAtTabled, liquidatedAtTwice }) => ({
    node,
    liquidatesAtTabled: any(liquidatedAtTabled),
    liquidatesAtTwice: any(liquidatedAtTwice),
  }))
}

function shocksOf({ assets, accounts }: Portfolio, market: MarketState): readonly Shock[] {
  const nodes = new Map<
    NodeId,
    { assets: Map<AssetId, number>; accounts: Map<AccountId, number> }
  >()
  const at = (node: NodeId) => {
    const found = nodes.get(node) ?? { assets: new Map(), accounts: new Map() }
    nodes.set(node, found)
    return found
  }
  const tabled = new Map(market.pegs.map((peg) => [peg.factor, peg]))
  for (const asset of assets) {
    for (const { node, lossGivenFailure } of asset.dependsOn) {
      at(node).assets.set(asset.id, lossGivenFailure)
    }
    if (asset.dependsOn.some(({ lossGivenFailure }) => lossGivenFailure > 0)) continue
    for (const { factor, elasticity } of asset.exposures) {
      if (!factor.startsWith(PEG)) continue
      const stress: PegStress = tabled.get(factor) ?? market.defaults.peg
      at(nodeId(`issuer:${factor}`)).assets.set(asset.id, elasticity * stress.down)
      at(nodeId(`issuer:${factor}/rise`)).assets.set(asset.id, -elasticity * stress.up)
    }
  }
  for (const account of accounts) {
    for (const { node, lossGivenFailure } of account.dependsOn) {
      at(node).accounts.set(account.id, lossGivenFailure)
    }
  }
  return [...nodes].map(([node, shock]) => ({ node, ...shock }))
}

/** Moves of assets at a multiple of the tabled severity; nothing is worth less than nothing. */
function movesAt({ assets }: Shock, severity: number): { readonly [asset: AssetId]: number } {
  return Object.fromEntries([...assets].map(([id, loss]) => [id, Math.max(-1, -severity * loss)]))
}

/** Material accounts that can be liquidated after the failure; null where it is not known of one. */
function liquidatedBy(
  { program, material }: Judged,
  shock: Shock,
  severity: number,
): readonly AccountId[] | null {
  const multipliers = multipliersUnder(program, { assets: movesAt(shock, severity) })
  const liquidated: AccountId[] = []
  for (const [row, { id }] of program.accounts.entries()) {
    if (!material.has(id)) continue
    // An account that none of its marks reach stands as it does today.
    if (!isReached(program, row, multipliers)) continue
    const fails = accountFails(program, row, multipliers)
    if (fails === null) return null
    if (fails) liquidated.push(id)
  }
  return liquidated
}

function isReached(program: Program, row: number, multipliers: Float64Array): boolean {
  const account = program.accounts[row]
  if (account?.compiled === null) return true
  return account?.marks.some((mark) => multipliers[mark] !== 1) ?? true
}

/** Fall of the equity of all accounts, each counted once; null where a leg has no price. */
function lossOf({ portfolio, today, counted }: Judged, shock: Shock): number | null {
  const world = worldUnder(today, { assets: movesAt(shock, 1) })
  let loss = 0
  for (const account of portfolio.accounts) {
    if (!counted.account(account)) continue
    const before = accountTotals(account, today, today, counted)
    const after = accountTotals(account, today, world, counted)
    if (!before.known || !after.known) return null
    const lost = shock.accounts.get(account.id) ?? 0
    loss += before.equity - after.equity + lost * Math.max(0, after.equity)
  }
  return loss
}
