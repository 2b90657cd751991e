export type { Black76Inputs, Black76Values } from './black76.js'
export { black76 } from './black76.js'
export { collateralValue } from './collateral.js'
export { FixedPointError } from './errors.js'
export { discountFactor } from './expiry.js'
export { exponential, logarithm, power } from './exponential.js'
export type { LiquidationSlice, SlicedLegs } from './liquidation-slice.js'
export { liquidationSlice } from './liquidation-slice.js'
export { portfolioMargin } from './margin.js'
export { normalCdf } from './normal.js'
export type {
  ExpiryTerms,
  PortfolioCollateral,
  PortfolioExpiry,
  PortfolioHoldings,
  PortfolioMargin,
  PortfolioMarginParameters,
  PortfolioOption,
  Scenario,
  SkewParameters,
  StaticDiscount,
  VolatilityParameters,
  VolatilityShock,
} from './portfolio.js'
