import { mulDivUp } from '@plimsoll/model'
import { amountsMoved, convert } from './amounts.js'
import { FULL, ONE } from './engine.js'
import { max, min } from './extremes.js'
import { legRequirement, type Terms } from './leg-requirement.js'
import { sqrtPriceAt } from './ticks.js'
import type { PositionLeg, Token } from './token-id.js'

/** What a position asks for and brings in one token, raw units. */
export type Demand = { readonly required: bigint; readonly credit: bigint }

/** A calendar spread loses at most amount × difference of widths ÷ this, in ticks. */
const CALENDAR = 80_000n

/** Demand of the legs of a position that move `token`; each leg with its partner where one counts. */
export function positionDemand(legs: readonly PositionLeg[], token: Token, terms: Terms): Demand {
  let required = 0n
  let credit = 0n
  legs.forEach((leg, index) => {
    if (leg.tokenType !== token) return
    if (leg.width === 0 && leg.isLong) credit += moved(leg, terms)
    const partner = leg.riskPartner === index ? undefined : legs[leg.riskPartner]
    const strategy = partner === undefined ? undefined : strategyOf(leg, partner)
    required +=
      partner === undefined || strategy === undefined
        ? legRequirement(leg, terms)
        : STRATEGIES[strategy](leg, partner, terms)
  })
  return { required, credit }
}

type Strategy =
  | 'strangle'
  | 'synthetic'
  | 'spread'
  | 'option with credit'
  | 'option with loan'
  | 'delayed swap'

/** What two partners are together; undefined where each stands alone. */
function strategyOf(leg: PositionLeg, partner: PositionLeg): Strategy | undefined {
  if (leg.asset !== partner.asset || leg.optionRatio !== partner.optionRatio) return undefined
  const isOption = leg.width > 0
  const sameToken = leg.tokenType === partner.tokenType
  const opposite = leg.isLong !== partner.isLong
  if (isOption !== partner.width > 0) {
    const funding = isOption ? partner : leg
    if (!sameToken) return undefined
    return funding.isLong ? 'option with credit' : 'option with loan'
  }
  if (!isOption) return opposite && !sameToken ? 'delayed swap' : undefined
  if (sameToken) return opposite ? 'spread' : undefined
  if (opposite) return leg.strike === partner.strike ? 'synthetic' : undefined
  return leg.isLong ? undefined : 'strangle'
}

type Requirement = (leg: PositionLeg, partner: PositionLeg, terms: Terms) => bigint

/** Requirement of one leg with its partner; a pair is counted once, at the leg that each names. */
const STRATEGIES: { readonly [S in Strategy]: Requirement } = {
  strangle: (leg, _partner, terms) => legRequirement(leg, terms, terms.engine.sellerRatio / 2n),
  synthetic: (leg, _partner, terms) => (leg.isLong ? 0n : legRequirement(leg, terms)),
  spread: (leg, partner, terms) => (leg.isLong ? spread(leg, partner, terms) : 0n),
  'option with credit': (leg, _partner, terms) =>
    leg.width === 0 ? 0n : legRequirement(leg, { ...terms, utilization: FULL }),
  'option with loan': (leg, partner, terms) => {
    if (leg.width === 0) return 0n
    const [option, loan] = [legRequirement(leg, terms), legRequirement(partner, terms)]
    return leg.isLong ? max(option, loan) : option + loan
  },
  'delayed swap': (leg, partner, terms) => (leg.isLong ? 0n : delayedSwap(leg, partner, terms)),
}

/** The least of both legs alone and the largest loss, with what different widths can lose. */
function spread(long: PositionLeg, short: PositionLeg, terms: Terms): bigint {
  const { tokenType: token, asset } = long
  const alone = legRequirement(long, terms) + legRequirement(short, terms)
  const own = amountsMoved(long, terms.size, terms.tickSpacing)
  const other = amountsMoved(short, terms.size, terms.tickSpacing)
  const ticks = BigInt(Math.abs(long.width - short.width) * terms.tickSpacing)
  const calendar = (own[token] * ticks) / CALENDAR
  const side = asset === token ? otherToken(token) : token
  const [a, b] = [own[side], other[side]]
  const largest = max(a, b)
  const difference = largest - min(a, b)
  const loss =
    asset !== token ? difference : largest === 0n ? 0n : mulDivUp(difference, own[token], largest)
  return min(alone, 1n + calendar + loss)
}

/** The loan with the seller's ratio, less what the credit is worth at the tick; at least 1. */
function delayedSwap(loan: PositionLeg, credit: PositionLeg, terms: Terms): bigint {
  const required = mulDivUp(moved(loan, terms), terms.engine.sellerRatio + ONE, ONE)
  const price = sqrtPriceAt(terms.tick)
  const worth = convert(moved(credit, terms), credit.tokenType, price, true)
  return required > worth ? required - worth : 1n
}

const otherToken = (token: Token): Token => (token === 0 ? 1 : 0)

/** What a leg moves of its own token when it closes. */
function moved(leg: PositionLeg, { size, tickSpacing }: Terms): bigint {
  return amountsMoved(leg, size, tickSpacing)[leg.tokenType]
}
