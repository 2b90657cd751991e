import type { HttpRequest } from '@plimsoll/client'
import { decodeBy } from '@plimsoll/client'
import type { Amount } from '@plimsoll/model'
import * as z from 'zod/mini'
import { amount, name, positive, unsigned } from './decimals.js'
import type { ListedMarket, Summary } from './markets.js'
import { listedMarkets, summaries } from './markets.js'

// Shapes of the venue's answers as far as they are used (its OpenAPI models, paradex-py 334a7f8).

/** What the venue reports of an account. */
export type AccountAnswer = {
  readonly account: string
  readonly status: string
  readonly settlement_asset: string
  readonly account_value: Amount
  readonly initial_margin_requirement: Amount
  readonly maintenance_margin_requirement: Amount
}

/** Fees as the account pays them; the venue leaves out what it has no rate for. */
export type FeesAnswer = {
  readonly taker_rate?: Amount | undefined
  readonly dated_option_taker_rate?: Amount | undefined
}

/** Who an account is. An isolated account trades one market. */
export type InfoAnswer = {
  readonly account: string
  /** Absent or empty for accounts of all markets. */
  readonly isolated_market?: string | undefined
  readonly fees: FeesAnswer
}

/** How an account is judged: `cross_margin` or `portfolio_margin`. */
export type MethodologyAnswer = { readonly account: string; readonly margin_methodology: string }

/** One position. `size` has the sign of its side. */
export type PositionAnswer = {
  readonly market: string
  readonly size: Amount
  readonly average_entry_price: Amount
  readonly unrealized_pnl: Amount
  readonly unrealized_funding_pnl: Amount
}

/** One resting order that counts for margin. `size` is what remains, with the sign of its side. */
export type OrderAnswer = {
  readonly market: string
  readonly size: Amount
  readonly price: Amount
}

export type BalanceAnswer = { readonly token: string; readonly size: Amount }

/** Portfolio-margin parameters of one underlying, as the venue publishes them. */
export type ConfigAnswer = {
  readonly base_asset: string
  readonly hedged_margin_factor: number
  readonly unhedged_margin_factor: number
  readonly mmf_factor: number
  readonly funding_provision_hour: number
  readonly vol_shock_params: {
    readonly vega_power_short_dte: number
    readonly vega_power_long_dte: number
    readonly dte_floor_days: number
    readonly min_vol_shock_up: number
  }
  readonly scenarios: readonly {
    readonly spot_shock: number
    readonly vol_shock: number
    readonly weight: number
  }[]
}

const account: z.ZodMiniType<AccountAnswer> = z.object({
  account: name,
  status: name,
  settlement_asset: name,
  account_value: amount,
  initial_margin_requirement: unsigned,
  maintenance_margin_requirement: unsigned,
})

/** The venue writes "" for a rate that it does not have. */
const rate = z.optional(
  z.union([
    z.pipe(
      z.literal(''),
      z.transform(() => undefined),
    ),
    unsigned,
  ]),
)
const oneAccount = z.object({
  account: name,
  isolated_market: z.optional(z.string()),
  fees: z.object({ taker_rate: rate, dated_option_taker_rate: rate }),
})
/** The venue's models name both: one account, and the list of it and its sub-accounts. */
const information: z.ZodMiniType<readonly InfoAnswer[]> = z.pipe(
  z.union([z.object({ results: z.array(oneAccount) }), oneAccount]),
  z.transform((answer) => ('results' in answer ? answer.results : [answer])),
)

const methodology: z.ZodMiniType<MethodologyAnswer> = z.object({
  account: name,
  margin_methodology: name,
})

const LONG: ReadonlySet<string> = new Set(['LONG', 'BUY'])
const side = z.enum(['LONG', 'SHORT', 'BUY', 'SELL'])
const sided = ({ raw, decimals }: Amount, of: z.infer<typeof side>): Amount => {
  const magnitude = raw < 0n ? -raw : raw
  return { raw: LONG.has(of) ? magnitude : -magnitude, decimals }
}
const sizeFitsSide = ({ side: of, size }: { readonly side: string; readonly size: Amount }) =>
  size.raw >= 0n || !LONG.has(of)

const openPosition = z.pipe(
  z
    .object({
      status: z.literal('OPEN'),
      market: name,
      side,
      size: amount.check(z.refine(({ raw }) => raw !== 0n)),
      average_entry_price: positive,
      unrealized_pnl: amount,
      unrealized_funding_pnl: amount,
    })
    .check(z.refine(sizeFitsSide, 'a size that fits its side')),
  z.transform(
    ({ side: of, size, status: _status, ...rest }): PositionAnswer => ({
      ...rest,
      size: sided(size, of),
    }),
  ),
)
const closedPosition = z.pipe(
  z.object({ status: z.literal('CLOSED') }),
  z.transform(() => null),
)
const positions: z.ZodMiniType<readonly PositionAnswer[]> = listOf(
  z.union([openPosition, closedPosition]),
)

/** An order rests before its trigger, or is gone: then it counts for nothing. */
const idleOrder = z.pipe(
  z.object({ status: z.enum(['UNTRIGGERED', 'CLOSED']) }),
  z.transform(() => null),
)
const openOrder = z.pipe(
  z.object({
    status: z.enum(['NEW', 'OPEN']),
    market: name,
    side: z.enum(['BUY', 'SELL']),
    remaining_size: unsigned,
    price: unsigned,
  }),
  z.transform(({ market, side: of, remaining_size: size, price }): OrderAnswer | null =>
    size.raw === 0n ? null : { market, price, size: sided(size, of) },
  ),
)
const orders: z.ZodMiniType<readonly OrderAnswer[]> = listOf(z.union([openOrder, idleOrder]))

const balances: z.ZodMiniType<readonly BalanceAnswer[]> = z.pipe(
  z.object({
    results: z
      .array(z.object({ token: name, size: amount }))
      .check(
        z.refine(
          (list) => new Set(list.map(({ token }) => token)).size === list.length,
          'each token once',
        ),
      ),
  }),
  z.transform(({ results }) => results),
)

/** Numbers of the configuration, whether the venue quotes them or not. */
const figure = z.pipe(
  z.union([z.number(), z.string().check(z.regex(/^-?\d{1,9}(\.\d{1,30})?$/))]),
  z.transform(Number),
)
const share = figure.check(z.refine((value) => value >= 0 && value <= 1, 'from 0 to 1'))
const days = figure.check(z.refine((value) => value >= 0 && value <= 3650, 'days'))

/** An entry without portfolio-margin parameters is of an asset that has none. */
const config: z.ZodMiniType<ConfigAnswer> = z.object({
  base_asset: name,
  hedged_margin_factor: share,
  unhedged_margin_factor: share,
  mmf_factor: share,
  funding_provision_hour: figure.check(z.refine((value) => value >= 0 && value <= 1000)),
  vol_shock_params: z.object({
    vega_power_short_dte: share,
    vega_power_long_dte: share,
    dte_floor_days: days,
    min_vol_shock_up: figure.check(z.refine((value) => value >= 0 && value <= 10)),
  }),
  scenarios: z
    .array(
      z.object({
        spot_shock: figure.check(z.refine((value) => value > -1 && value <= 100)),
        vol_shock: figure.check(z.refine((value) => value > -1 && value <= 100)),
        weight: share,
      }),
    )
    .check(z.minLength(1)),
})
const configEntries: z.ZodMiniType<readonly { readonly base_asset: string }[]> = z.pipe(
  z.object({ results: z.array(z.looseObject({ base_asset: name })) }),
  z.transform(({ results }) => results),
)

function listOf<Item>(item: z.ZodMiniType<Item | null>): z.ZodMiniType<readonly Item[]> {
  return z.pipe(
    z.object({ results: z.array(item) }),
    z.transform(({ results }) => results.filter((entry): entry is Item => entry !== null)),
  )
}

/** Answers by what is asked. */
export type VenueAnswers = {
  readonly config: readonly { readonly base_asset: string }[]
  readonly markets: readonly ListedMarket[]
  readonly summaries: readonly Summary[]
  readonly account: AccountAnswer
  readonly information: readonly InfoAnswer[]
  readonly methodology: MethodologyAnswer
  readonly positions: readonly PositionAnswer[]
  readonly orders: readonly OrderAnswer[]
  readonly balances: readonly BalanceAnswer[]
}
export type Topic = keyof VenueAnswers

/** A market that every account can be asked about: the methodology is the account's, not the market's. */
const ANY_MARKET = 'BTC-USD-PERP'

const QUESTIONS: {
  readonly [Name in Topic]: {
    readonly path: string
    readonly schema: z.ZodMiniType<VenueAnswers[Name]>
  }
} = {
  config: { path: '/v1/system/margin-config', schema: configEntries },
  markets: { path: '/v1/markets', schema: listedMarkets },
  summaries: { path: '/v1/markets/summary?market=ALL', schema: summaries },
  account: { path: '/v1/account', schema: account },
  information: { path: '/v1/account/info', schema: information },
  methodology: { path: `/v1/account/margin?market=${ANY_MARKET}`, schema: methodology },
  positions: { path: '/v1/positions', schema: positions },
  orders: { path: '/v1/orders', schema: orders },
  balances: { path: '/v1/balance', schema: balances },
}

/** Every listed market is in one answer. */
const MAX_BYTES = 16_777_216

/** One question; private ones name the signer that must authorise it. */
export function question<Name extends Topic>(
  topic: Name,
  auth?: string,
): HttpRequest<Pick<VenueAnswers, Name>> {
  const { path, schema } = QUESTIONS[topic]
  const decode = decodeBy(schema, path)
  return {
    kind: 'http',
    host: 'api',
    method: 'GET',
    path,
    ...(auth === undefined ? { maxBytes: MAX_BYTES } : { auth }),
    decode: (answer) => ({ [topic]: decode(answer) }) as Pick<VenueAnswers, Name>,
  }
}

/** The parameters of one entry of the configuration. @throws SchemaError when they are not whole */
export const parseConfig: (entry: unknown) => ConfigAnswer = decodeBy(
  config,
  'system/margin-config, parameters of an underlying',
)
