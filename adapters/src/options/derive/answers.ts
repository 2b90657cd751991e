import type { HttpRequest } from '@plimsoll/client'
import { decodeBy } from '@plimsoll/client'
import type { Amount } from '@plimsoll/model'
import { parseAmount } from '@plimsoll/model'
import * as z from 'zod/mini'
import { VenueRefusedError } from './errors.js'

/** A decimal number as text; the venue prints up to 43 decimals. */
const decimal: z.ZodMiniType<Amount> = z.pipe(
  z.string().check(z.regex(/^-?\d{1,30}(\.\d{1,77})?$/)),
  z.transform(parseAmount),
)
const unsigned: z.ZodMiniType<Amount> = z.pipe(
  z.string().check(z.regex(/^\d{1,30}(\.\d{1,77})?$/)),
  z.transform(parseAmount),
)
/** A share from 0 to 1. */
const fraction: z.ZodMiniType<Amount> = z.pipe(
  z.string().check(z.regex(/^(0(\.\d{1,77})?|1(\.0+)?)$/)),
  z.transform(parseAmount),
)
const id: z.ZodMiniType<number> = z.int().check(z.minimum(0))
const name: z.ZodMiniType<string> = z.string().check(z.regex(/^[-_.A-Za-z0-9]{1,64}$/))

/** Net margins: what something adds. */
type Margins = { readonly initial_margin: Amount; readonly maintenance_margin: Amount }

/** A collateral balance, as the venue reports it. */
export type CollateralAnswer = Margins & {
  readonly asset_name: string
  readonly currency: string
  readonly amount: Amount
  readonly mark_price: Amount
  readonly mark_value: Amount
  readonly pending_interest: Amount
}

/** A perp or option position, as the venue reports it. */
export type PositionAnswer = Margins & {
  readonly instrument_name: string
  readonly amount: Amount
  readonly average_price: Amount
  readonly index_price: Amount
  readonly mark_price: Amount
  readonly mark_value: Amount
}

/** A subaccount, as the venue reports it. */
export type SubaccountAnswer = Margins & {
  readonly subaccount_id: number
  readonly failed_to_fetch: boolean
  readonly risk_universe_id: number
  readonly margin_type: string
  readonly is_under_liquidation: boolean
  readonly mm_credits: Amount
  readonly open_orders_margin: Amount
  readonly subaccount_value: Amount
  readonly positions_initial_margin: Amount
  readonly positions_maintenance_margin: Amount
  readonly collaterals_initial_margin: Amount
  readonly collaterals_maintenance_margin: Amount
  readonly positions: readonly PositionAnswer[]
  readonly collaterals: readonly CollateralAnswer[]
}

const margins = { initial_margin: decimal, maintenance_margin: decimal }

const collateralSchema: z.ZodMiniType<CollateralAnswer> = z.object({
  ...margins,
  asset_name: name,
  currency: name,
  amount: decimal,
  mark_price: unsigned,
  mark_value: decimal,
  pending_interest: decimal,
})

const positionSchema: z.ZodMiniType<PositionAnswer> = z.object({
  ...margins,
  instrument_name: name,
  amount: decimal,
  average_price: unsigned,
  index_price: unsigned,
  mark_price: unsigned,
  mark_value: decimal,
})

const subaccountSchema: z.ZodMiniType<SubaccountAnswer> = z.object({
  ...margins,
  subaccount_id: id,
  failed_to_fetch: z.boolean(),
  risk_universe_id: id,
  margin_type: z.string(),
  is_under_liquidation: z.boolean(),
  mm_credits: decimal,
  open_orders_margin: decimal,
  subaccount_value: decimal,
  positions_initial_margin: decimal,
  positions_maintenance_margin: decimal,
  collaterals_initial_margin: decimal,
  collaterals_maintenance_margin: decimal,
  positions: z.array(positionSchema),
  collaterals: z.array(collateralSchema),
})

/** A currency: its spot price and what it counts as collateral in each risk universe. */
export type CurrencyAnswer = {
  readonly currency: string
  readonly market_type: string
  readonly spot_price: Amount
  readonly spot: readonly {
    readonly name: string
    readonly universes: readonly {
      readonly risk_universe_id: number
      readonly srm_im_discount: Amount
      readonly srm_mm_discount: Amount
    }[]
  }[]
}

const currencySchema: z.ZodMiniType<CurrencyAnswer> = z.object({
  currency: name,
  market_type: z.string(),
  spot_price: unsigned,
  spot: z.array(
    z.object({
      name,
      universes: z.array(
        z.object({ risk_universe_id: id, srm_im_discount: fraction, srm_mm_discount: fraction }),
      ),
    }),
  ),
})

/** What every oracle print has; the venue has used seconds and milliseconds. */
export type Print = { readonly confidence: Amount; readonly timestamp: number }
/** One print of a spot price. */
export type SpotPrint = Print & { readonly price: Amount }
/** One print of a perp's mark, as the difference to spot. */
export type PerpPrint = Print & { readonly spot_diff_value: Amount }
/** One print of the forward of an expiry. */
export type ForwardPrint = Print & {
  readonly fwd_diff: Amount
  readonly spot_aggregate_latest: Amount
  readonly spot_aggregate_start: Amount
}
/** One print of the interest rate to an expiry. */
export type RatePrint = Print & { readonly rate: Amount }
/** One print of the volatility surface of an expiry. */
export type SurfacePrint = Print & {
  readonly vol_data: {
    readonly SVI_a: Amount
    readonly SVI_b: Amount
    readonly SVI_fwd: Amount
    readonly SVI_m: Amount
    readonly SVI_refTau: Amount
    readonly SVI_rho: Amount
    readonly SVI_sigma: Amount
  }
}

type Keyed<Value> = { readonly [key: string]: Value }

/** Latest prints of the venue's oracles, by currency and by expiry or perp type. */
export type FeedsAnswer = {
  readonly spot_data: Keyed<SpotPrint>
  readonly perp_data: Keyed<Keyed<PerpPrint>>
  readonly fwd_data: Keyed<Keyed<ForwardPrint>>
  readonly rate_data: Keyed<Keyed<RatePrint>>
  readonly vol_data: Keyed<Keyed<SurfacePrint>>
}

const print = { confidence: fraction, timestamp: z.int().check(z.minimum(0)) }
const keyed = <Value>(value: z.ZodMiniType<Value>): z.ZodMiniType<Keyed<Keyed<Value>>> =>
  z.record(name, z.record(name, value))

const feedsSchema: z.ZodMiniType<FeedsAnswer> = z.object({
  spot_data: z.record(name, z.object({ ...print, price: unsigned })),
  perp_data: keyed(z.object({ ...print, spot_diff_value: decimal })),
  fwd_data: keyed(
    z.object({
      ...print,
      fwd_diff: decimal,
      spot_aggregate_latest: unsigned,
      spot_aggregate_start: unsigned,
    }),
  ),
  rate_data: keyed(z.object({ ...print, rate: decimal })),
  vol_data: keyed(
    z.object({
      ...print,
      vol_data: z.object({
        SVI_a: decimal,
        SVI_b: unsigned,
        SVI_fwd: unsigned,
        SVI_m: decimal,
        SVI_refTau: unsigned,
        SVI_rho: decimal,
        SVI_sigma: unsigned,
      }),
    }),
  ),
})

/** Name of the signer that authorises private requests. */
export const AUTH = 'derive'

/** What the venue is asked for, by a name of ours. */
export type VenueAnswers = {
  /** Every subaccount of a wallet, with the venue's own margins. */
  readonly subaccounts: readonly SubaccountAnswer[]
  /** The ids of a wallet's subaccounts: a second witness of how many there are. */
  readonly listing: { readonly wallet: string; readonly subaccount_ids: readonly number[] }
  /** All currencies with collateral factors and spot prices. */
  readonly currencies: readonly CurrencyAnswer[]
  /** The latest prints of one currency's oracles, all expiries. */
  readonly feeds: FeedsAnswer
}

const METHODS: {
  readonly [Kind in keyof VenueAnswers]: readonly [string, z.ZodMiniType<VenueAnswers[Kind]>]
} = {
  subaccounts: ['private/get_all_portfolios', z.array(subaccountSchema)],
  listing: ['private/get_subaccounts', z.object({ wallet: name, subaccount_ids: z.array(id) })],
  currencies: ['public/get_all_currencies', z.array(currencySchema)],
  feeds: ['public/get_latest_signed_feeds', feedsSchema],
}

const refusal = z.object({ error: z.object({ code: z.int(), message: z.string() }) })

/** A request of the venue; its answer is found under the name that was asked for. */
export function venueRequest(
  kind: keyof VenueAnswers,
  body: { readonly [name: string]: string },
): HttpRequest<Partial<VenueAnswers>> {
  const [method, schema] = METHODS[kind]
  return {
    kind: 'http',
    host: 'api',
    method: 'POST',
    path: `/v3/${method}`,
    body,
    ...(method.startsWith('private/') ? { auth: AUTH } : {}),
    decode: (answer) => {
      const refused = z.safeParse(refusal, answer)
      if (refused.success) {
        const { code, message } = refused.data.error
        throw new VenueRefusedError(
          `Derive refused ${method} with code ${code}. Check that the wallet has an account there and that the signer's key is registered for it.`,
          { details: message.slice(0, 200) },
        )
      }
      const decode = decodeBy<{ readonly result: unknown }>(
        z.object({ result: schema }),
        `Derive's ${method}`,
      )
      return { [kind]: decode(answer).result }
    },
  }
}
