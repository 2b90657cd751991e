import type { Equivalent } from './equivalents.js'
import type { Rounding } from './sites.js'

const FOLDER = 'adapters/src/options/derive/integer'

/** Entries for lines of one file that turn into the same rounding for the same reason. */
const entries = (
  file: string,
  to: Rounding,
  proof: string,
  lines: readonly string[],
): readonly Equivalent[] => lines.map((code) => ({ file: `${FOLDER}/${file}`, code, to, proof }))

const UNSIGNED = 'nothing here is below 0: down and toward zero are the same'
const NOT_ABOVE_0 = 'the product is not above 0: up and toward zero are the same'
const BELOW_WIDTH = 'below 0 the least width takes over, which is not below 0'
const NOT_REACHED = 'each call of it is a site of its own'

/** Mutants of Derive's integer arithmetic that change no result. */
export const DERIVE_EQUIVALENTS: readonly Equivalent[] = [
  ...entries('arithmetic.ts', 'mulDivFloor', NOT_REACHED, [
    'export const divide = (a: bigint, b: bigint): bigint => mulDivTrunc(a, ONE, b)',
  ]),
  ...entries('arithmetic.ts', 'mulDivCeiling', NOT_REACHED, [
    'export const divide = (a: bigint, b: bigint): bigint => mulDivTrunc(a, ONE, b)',
  ]),
  ...entries('black76.ts', 'divFloor', UNSIGNED, [
    'export const yearsOf = (seconds: bigint): bigint => divTrunc(seconds * ONE, SECONDS_PER_YEAR)',
  ]),
  ...entries('black76.ts', 'multiplyDown', UNSIGNED, [
    'const forwardNow = multiply(forward, discount)',
    'const strikeNow = multiply(strike, discount)',
    'const { call, delta } = unitCall(moneyness, multiply(volatility, squareRoot(years)))',
    'call: lesser(multiply(call, forwardNow), forwardNow),',
    'put: lesser(multiply(parity > 0n ? parity : 0n, forwardNow), strikeNow),',
    'callDelta: multiply(delta, discount),',
    'const halfVariance = multiply(shiftDown(deviation, 1n), deviation)',
    'const paid = multiply(moneyness === 0n ? 1n : moneyness, normalCdf(d1 - deviation))',
  ]),
  ...entries('black76.ts', 'divideDown', UNSIGNED, ['const moneyness = divide(strike, forward)']),
  ...entries('black76.ts', 'shiftTrunc', UNSIGNED, [
    'const halfVariance = multiply(shiftDown(deviation, 1n), deviation) #2',
  ]),
  ...entries('collateral.ts', 'mulDivFloor', UNSIGNED, ['mulDivTrunc(amount, price, stablePrice)']),
  ...entries('contingencies.ts', 'multiplyDown', UNSIGNED, [
    'const share = basis.add + multiply(basis.addPerYear, yearsOf(expiry.seconds))',
    'return confidence < threshold ? multiply(multiply(ONE - confidence, factor), notional) : 0n',
    'return confidence < threshold ? multiply(multiply(ONE - confidence, factor), notional) : 0n #2',
    'const notional = multiply(magnitude(perp?.size ?? 0n), spot)',
    'maintenance: multiply(notional, parameters.perp.maintenance),',
    'multiply(notional, parameters.perp.initial) +',
    'const notional = multiply(nakedShorts(options), holdings.spot)',
    'const held = multiply(',
    'maintenance: multiply(notional, parameters.option.maintenance),',
    'multiply(notional, parameters.option.initial) +',
    'maintenance: multiply(value, haircut.maintenance),',
    'initial: multiply(value, haircut.initial) + confidenceCharge(confidence, value, parameters),',
  ]),
  ...entries('contingencies.ts', 'multiplyUp', NOT_ABOVE_0, [
    'return multiply(gains.reduce(lesser, 0n), share)',
  ]),
  ...entries('expiry.ts', 'divFloor', UNSIGNED, [
    'return exponential(-divTrunc(owed, SECONDS_PER_YEAR))',
  ]),
  ...entries('expiry.ts', 'multiplyDown', UNSIGNED, [
    'const shocked = multiply(forward.variable, spot) + forward.fixed',
    'exponential(-multiply(yearsOf(seconds), multiply(rate, multiple) + add))',
    'exponential(-multiply(yearsOf(seconds), multiply(rate, multiple) + add)) #2',
    'longDiscount: multiply(longDiscount.base, decay(longDiscount)),',
    'multiply(volatility, tiltMultiplier(tilt, strike, forward)),',
    'greater(least, multiply(volatility, multiplier)),',
  ]),
  ...entries('expiry.ts', 'divideDown', UNSIGNED, [
    'shortDiscount: lesser(divide(ONE, discount), divide(shortDiscount.base, decay(shortDiscount))),',
    'shortDiscount: lesser(divide(ONE, discount), divide(shortDiscount.base, decay(shortDiscount))), #2',
  ]),
  ...entries('exponential.ts', 'shiftTrunc', NOT_REACHED, [
    'const times = (a: bigint, b: bigint): bigint => shiftDown(a * b, BITS)',
  ]),
  ...entries('exponential.ts', 'shiftUp', NOT_REACHED, [
    'const times = (a: bigint, b: bigint): bigint => shiftDown(a * b, BITS)',
  ]),
  ...entries('exponential.ts', 'timesTrunc', 'both factors are below 0 on ±½ ln 2', [
    'const denominator = times(square + fourth + joint[0], fourth) + joint[1]',
  ]),
  ...entries('exponential.ts', 'divFloor', UNSIGNED, [
    'const quotient = divTrunc(evaluateWhole(EXP_NUMERATOR, reduced), denominator)',
    'const quotient = divTrunc(evaluateWhole(LN_NUMERATOR, reduced), denominator)',
  ]),
  ...entries('exponential.ts', 'shiftTrunc', UNSIGNED, [
    'return shiftDown(quotient * EXP_SCALE, EXP_SCALE_BITS - doublings)',
    'const reduced = doublings < 0n ? x << -doublings : shiftDown(x, doublings)',
  ]),
  ...entries('margin.ts', 'multiplyDown', UNSIGNED, [
    'const initialFactor = parameters.lossFactor.initial + multiply(depeg, parameters.peg.factor)',
  ]),
  ...entries('margin.ts', 'multiplyUp', NOT_ABOVE_0, [
    'initial: multiply(least, initialFactor) - contingency.initial + beforeLoss,',
    'maintenance: multiply(least, parameters.lossFactor.maintenance) + beforeLoss,',
  ]),
  ...entries('normal.ts', 'divFloor', UNSIGNED, [
    'const toBinary = (value: bigint): bigint => divTrunc(value << 46n, FIVE_18)',
    '? divTrunc(horner(NUMERATOR, z) * density, horner(DENOMINATOR, z))',
  ]),
  ...entries('normal.ts', 'shiftTrunc', UNSIGNED, [
    'coefficients.reduce((value, coefficient) => shiftDown(value * x, BITS) + coefficient, 0n)',
    'const density = toBinary(exponential(-multiply(shiftDown(distance, 1n), distance))) #2',
    'return shiftDown(tail * FIVE_18, 46n)',
  ]),
  ...entries('normal.ts', 'multiplyDown', UNSIGNED, [
    'const density = toBinary(exponential(-multiply(shiftDown(distance, 1n), distance)))',
  ]),
  ...entries('volatility-shocks.ts', 'divideDown', UNSIGNED, [
    'divide(THIRTY_DAYS, greater(seconds, floorSeconds)),',
    'const signed = logarithm(divide(strike, forward))',
  ]),
  ...entries('volatility-shocks.ts', 'multiplyDown', UNSIGNED, [
    'up: ONE + multiply(rangeUp, scale),',
    'down: greater(ONE - multiply(rangeDown, scale), 0n),',
  ]),
  ...entries('volatility-shocks.ts', 'multiplyDown', BELOW_WIDTH, [
    'width: greater(skew.leastWidth, multiply(multiply(root, skew.widthScale), volatility)),',
  ]),
  ...entries('volatility-shocks.ts', 'multiplyDown', UNSIGNED, [
    'width: greater(skew.leastWidth, multiply(multiply(root, skew.widthScale), volatility)), #2',
  ]),
]
