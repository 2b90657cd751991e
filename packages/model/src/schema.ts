import * as z from 'zod/mini'
import type { AsOf, MarginAccount } from './account.js'
import type { Amount } from './amount.js'
import { MAX_DECIMALS } from './amount.js'
import type { Asset } from './asset.js'
import type { AccountId, AssetId, FactorId, MarkId, NodeId, OwnerId, SharedKey } from './ids.js'
import { accountId, assetId, factorId, markId, nodeId, ownerId, sharedKey } from './ids.js'
import type { Leg } from './leg.js'
import type { Mark } from './mark.js'
import type { Native } from './native.js'
import type { Portfolio } from './portfolio.js'
import { PORTFOLIO_FORMAT } from './portfolio.js'

/** A string that `brand` accepts unchanged: a serialised id is already in its normal form. */
function id<Id extends string>(brand: (text: string) => Id): z.ZodMiniType<Id> {
  return z.custom<Id>((value) => {
    if (typeof value !== 'string') return false
    try {
      return brand(value) === value
    } catch {
      return false
    }
  }, `not a valid ${brand.name}`)
}

const account: z.ZodMiniType<AccountId> = id(accountId)
const asset: z.ZodMiniType<AssetId> = id(assetId)
const factor: z.ZodMiniType<FactorId> = id(factorId)
const mark: z.ZodMiniType<MarkId> = id(markId)
const node: z.ZodMiniType<NodeId> = id(nodeId)
const owner: z.ZodMiniType<OwnerId> = id(ownerId)
const shared: z.ZodMiniType<SharedKey> = id(sharedKey)

const text = z.string()
const finite = z.number()
const fraction = z.number().check(z.minimum(0), z.maximum(1))
const milliseconds = z.number().check(z.minimum(0))
const seconds = z.int().check(z.minimum(0))
const decimals = z.int().check(z.minimum(0), z.maximum(MAX_DECIMALS))
const signed: z.ZodMiniType<Amount> = z.strictObject({ raw: z.bigint(), decimals })
const unsigned: z.ZodMiniType<Amount> = z.strictObject({
  raw: z.bigint().check(z.minimum(0n)),
  decimals,
})
const hash = z.templateLiteral(['0x', z.string().check(z.regex(/^[0-9a-f]{64}$/))])

const native: z.ZodMiniType<Native> = z.lazy(() =>
  z.union([
    z.null(),
    z.boolean(),
    z.number(),
    z.string(),
    z.bigint(),
    z.array(native),
    z.record(z.string(), native),
  ]),
)

const asOf: z.ZodMiniType<AsOf> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('block'),
    chain: z.int().check(z.minimum(1)),
    number: z.bigint().check(z.minimum(0n)),
    hash,
    timestamp: seconds,
  }),
  z.strictObject({ kind: z.literal('time'), timeMs: milliseconds }),
])

const dependency = z.strictObject({ node, lossGivenFailure: fraction })

const assetSchema: z.ZodMiniType<Asset> = z.strictObject({
  id: asset,
  symbol: text,
  decimals,
  kind: z.enum([
    'native',
    'wrapped',
    'liquid-staking',
    'liquid-restaking',
    'stable',
    'vault-share',
    'bridged',
    'token',
    'index',
  ]),
  exposures: z.array(z.strictObject({ factor, elasticity: finite })),
  dependsOn: z.array(dependency),
  source: text,
})

const markSchema: z.ZodMiniType<Mark> = z.strictObject({
  id: mark,
  asset,
  numeraire: text,
  min: unsigned,
  mid: unsigned,
  max: unsigned,
  confidence: z.nullable(fraction),
  source: z.enum(['venue-oracle', 'market']),
  feed: text,
  timeMs: z.nullable(milliseconds),
  stalenessLimitMs: z.nullable(milliseconds),
})

const legBase = {
  id: text,
  asset,
  mark: z.nullable(mark),
  backedBy: z.exactOptional(
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('account'), account }),
      z.strictObject({ kind: z.literal('node'), node }),
    ]),
  ),
  native: z.exactOptional(native),
}

const leg: z.ZodMiniType<Leg> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('collateral'),
    ...legBase,
    amount: unsigned,
    counts: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('debt'), ...legBase, amount: unsigned }),
  z.strictObject({
    kind: z.literal('perp'),
    ...legBase,
    size: signed,
    entryPrice: z.nullable(unsigned),
  }),
  z.strictObject({
    kind: z.literal('option'),
    ...legBase,
    right: z.enum(['call', 'put']),
    size: signed,
    strike: unsigned,
    expiry: seconds,
    forward: z.nullable(mark),
    impliedVolatility: z.nullable(z.number().check(z.minimum(0))),
    price: z.nullable(unsigned),
  }),
  z.strictObject({ kind: z.literal('share'), ...legBase, amount: unsigned }),
  z.strictObject({ kind: z.literal('cash'), ...legBase, amount: signed }),
])

const accountSchema: z.ZodMiniType<MarginAccount> = z.strictObject({
  id: account,
  owner,
  venue: text,
  label: text,
  asOf,
  recourse: z.boolean(),
  rule: z.strictObject({
    tag: text,
    version: z.int(),
    numeraire: text,
    modes: z.record(z.string(), z.string()),
    parameters: native,
    shared: z.array(shared),
  }),
  legs: z.array(leg),
  dependsOn: z.array(dependency),
  reconciliation: z.strictObject({
    status: z.enum(['reconciled', 'unreconciled', 'not-reported']),
    formulaVersion: text,
    checks: z.array(
      z.strictObject({
        name: text,
        reported: signed,
        recomputed: signed,
        residual: z.number().check(z.minimum(0)),
        tolerance: z.number().check(z.minimum(0)),
      }),
    ),
  }),
  fidelity: z.discriminatedUnion('grade', [
    z.strictObject({ grade: z.literal('exact') }),
    z.strictObject({ grade: z.literal('verified'), cases: z.int() }),
    z.strictObject({ grade: z.literal('modelled') }),
  ]),
  flags: z.array(
    z.strictObject({ code: text, severity: z.enum(['note', 'warning', 'unknown']), message: text }),
  ),
})

const chain = z.nullable(z.int().check(z.minimum(1)))

/** Schema of a portfolio whose big integers are already `bigint`. */
export const portfolioSchema: z.ZodMiniType<Portfolio> = z.strictObject({
  format: z.literal(PORTFOLIO_FORMAT),
  owners: z.array(owner),
  asOf: z.array(asOf),
  skewMs: milliseconds,
  accounts: z.array(accountSchema),
  assets: z.array(assetSchema),
  marks: z.array(markSchema),
  shared: z.record(shared, native),
  existence: z.array(
    z.strictObject({
      adapter: text,
      chain,
      owner,
      state: z.enum(['has', 'none', 'unknown']),
      asOf: z.nullable(asOf),
      validForMs: milliseconds,
    }),
  ),
  failures: z.array(
    z.strictObject({ adapter: text, chain, owner: z.nullable(owner), error: text, message: text }),
  ),
})
