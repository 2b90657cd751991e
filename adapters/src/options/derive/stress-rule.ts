import type { VenueState } from '@plimsoll/model'
import { describeIssues, InvalidRuleError } from '@plimsoll/model'
import * as z from 'zod/mini'
import type { StaticDiscount, StaticRates, StressParameters } from './scenario-margin.js'

/** What the stress rule needs of one subaccount beside its legs. Fractions and USD. */
export type StressRule = {
  readonly parameters: StressParameters
  /** Added to net maintenance margin for a while, after a loss was socialised. */
  readonly maintenanceCredit: number
  /** By collateral name. */
  readonly collateral: { readonly [name: string]: CollateralHaircuts }
}

/** What collateral counts for: the initial haircut is in addition to the maintenance one. */
export type CollateralHaircuts = {
  readonly riskCancelling: boolean
  readonly initialHaircut: number
  readonly maintenanceHaircut: number
}

const share = z.number().check(z.minimum(0))
const cap = z.object({ cap: z.number(), capPerRoot: z.number() })
const rates: z.ZodMiniType<StaticRates> = z.object({ perp: share, base: share, nakedShort: share })
const discount: z.ZodMiniType<StaticDiscount> = z.object({
  base: share,
  rateMultiplier: share,
  rateAdd: share,
})

const parametersSchema: z.ZodMiniType<StressParameters> = z.object({
  scenarios: z
    .array(
      z.object({
        spot: share,
        volatility: z.number(),
        skew: z.enum(['none', 'linear', 'absolute']),
        weight: share,
        extended: z.boolean(),
      }),
    )
    .check(z.minLength(1)),
  volatilityShock: z.object({
    shortPower: share,
    longPower: share,
    floorDays: share,
    upFloor: z.nullable(z.object({ value: share, of: z.enum(['shocked', 'quoted']) })),
  }),
  skewShock: z.nullable(
    z.object({
      linear: cap,
      absolute: cap,
      minimumWidth: z.number().check(z.positive()),
      widthScale: z.number(),
      width: z.number(),
      widthPerRoot: z.number(),
    }),
  ),
  forward: z.object({ up: share, down: share, rate: share, ratePerYear: share }),
  factors: z.object({ maintenance: share, initial: share }),
  depeg: z.object({ threshold: share, factor: share }),
  confidence: z.object({ threshold: share, margin: share }),
  static: z.object({ both: rates, initial: rates, apply: z.enum(['scaled', 'added']) }),
  discounted: z.boolean(),
  gainDiscount: discount,
  lossDiscount: z.nullable(discount),
})

const ruleSchema: z.ZodMiniType<StressRule> = z.object({
  parameters: parametersSchema,
  maintenanceCredit: share,
  collateral: z.record(
    z.string(),
    z.object({ riskCancelling: z.boolean(), initialHaircut: share, maintenanceHaircut: share }),
  ),
})

/** The stress rule of an account. @throws InvalidRuleError when its parameters are not complete */
export function stressRule({ account }: VenueState): StressRule {
  const result = z.safeParse(ruleSchema, account.rule.parameters)
  if (result.success) return result.data
  throw new InvalidRuleError(
    `The rule of account "${account.id}" does not hold complete portfolio-margin parameters. Read them for this account again; until then its health is unknown.`,
    { details: describeIssues(result.error) },
  )
}
