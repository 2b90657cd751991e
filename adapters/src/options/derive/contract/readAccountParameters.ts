import type { Answer, Request } from '@plimsoll/client'
import { ask, contractCall } from '@plimsoll/client'
import type { StressScenario } from '@plimsoll/model'
import { InvalidRuleError } from '@plimsoll/model'
import type { Address } from 'viem'
import { parseAbi } from 'viem'
import { fromWeiNumber } from '../fixed-point.js'
import type { StressParameters } from '../scenario-margin.js'
import type { CollateralHaircuts } from '../stress-rule.js'

/** What a portfolio manager of v2 says of its scenarios and of the library that judges an account. */
const managerAbi = /* @__PURE__ */ parseAbi([
  'struct Scenario { uint256 spotShock; uint8 volShock; uint256 dampeningFactor; }',
  'function getScenarios() view returns (Scenario[])',
  'function lib() view returns (address)',
  'function getAccountLib(uint256 accountId) view returns (address)',
])

/** Parameters that a margin library of v2 holds. */
const libraryAbi = /* @__PURE__ */ parseAbi([
  'struct Margin { uint256 imFactor; uint256 mmFactor; uint256 shortRateMultScale; uint256 longRateMultScale; uint256 shortRateAddScale; uint256 longRateAddScale; uint256 shortBaseStaticDiscount; uint256 longBaseStaticDiscount; }',
  'struct VolShock { uint256 volRangeUp; uint256 volRangeDown; int256 shortTermPower; int256 longTermPower; uint256 dteFloor; uint256 minVolUpShock; }',
  'struct Basis { uint256 scenarioSpotUp; uint256 scenarioSpotDown; uint256 basisContAddFactor; uint256 basisContMultFactor; }',
  'struct Other { uint256 pegLossThreshold; uint256 pegLossFactor; uint256 confThreshold; uint256 confMargin; uint256 MMPerpPercent; uint256 IMPerpPercent; uint256 MMOptionPercent; uint256 IMOptionPercent; }',
  'struct Skew { uint256 linearBaseCap; uint256 absBaseCap; int256 linearCBase; int256 absCBase; int256 minKStar; int256 widthScale; int256 volParamStatic; int256 volParamScale; }',
  'struct Collateral { bool isEnabled; bool isRiskCancelling; uint256 MMHaircut; uint256 IMHaircut; }',
  'function getMarginParams() view returns (Margin)',
  'function getVolShockParams() view returns (VolShock)',
  'function getBasisContingencyParams() view returns (Basis)',
  'function getOtherContingencyParams() view returns (Other)',
  'function getSkewShockParams() view returns (Skew)',
  'function getCollateralParameters(address collateral) view returns (Collateral)',
])

/** Which account's parameters to read. */
export type AccountParametersRequest = {
  /** Address of the portfolio manager on the venue's chain. */
  readonly manager: Address
  /** PMRM_2_1 may hold another library for each account; PMRM_2 has one for all. */
  readonly generation: 'PMRM_2' | 'PMRM_2_1'
  readonly accountId: bigint
  /** Collateral assets of the account, by the name that their legs have. */
  readonly collateral: { readonly [name: string]: Address }
}

/** What an account is judged by. */
export type AccountParameters = {
  /** The library that the parameters were read from. */
  readonly library: Address
  readonly parameters: StressParameters
  readonly collateral: { readonly [name: string]: CollateralHaircuts }
}

const SECONDS_PER_DAY = 86_400

/**
 * Reads the margin parameters of one account from the contracts of v2, in two rounds: the library
 * that judges it and the manager's scenarios; then what the library holds. Nothing has a default.
 *
 * @example
 * const { parameters } = yield* readAccountParameters({
 *   manager,
 *   generation: 'PMRM_2_1',
 *   accountId: 42n,
 *   collateral: {},
 * })
 *
 * @throws InvalidRuleError when a collateral is not enabled or a scenario not known; the error of a
 * call that failed.
 */
export function* readAccountParameters({
  manager: address,
  generation,
  accountId,
  collateral,
}: AccountParametersRequest): Generator<readonly Request[], AccountParameters, readonly Answer[]> {
  const manager = { address, abi: managerAbi } as const
  const [scenarios, judge] = yield* ask([
    contractCall({ ...manager, functionName: 'getScenarios', gas: 300_000, answerBytes: 4096 }),
    generation === 'PMRM_2_1'
      ? contractCall({ ...manager, functionName: 'getAccountLib', args: [accountId] })
      : contractCall({ ...manager, functionName: 'lib' }),
  ])
  const library = answered(judge)
  const from = { address: library, abi: libraryAbi } as const
  const names = Object.keys(collateral).sort()
  const [margin, volatility, basis, other, skew, ...haircuts] = yield* ask([
    contractCall({ ...from, functionName: 'getMarginParams', answerBytes: 256 }),
    contractCall({ ...from, functionName: 'getVolShockParams', answerBytes: 192 }),
    contractCall({ ...from, functionName: 'getBasisContingencyParams', answerBytes: 128 }),
    contractCall({ ...from, functionName: 'getOtherContingencyParams', answerBytes: 256 }),
    contractCall({ ...from, functionName: 'getSkewShockParams', answerBytes: 256 }),
    ...names.map((name) =>
      contractCall({
        ...from,
        functionName: 'getCollateralParameters',
        args: [collateral[name] ?? address],
        answerBytes: 128,
      }),
    ),
  ])
  const shocks = answered(volatility)
  const factors = answered(margin)
  const move = answered(basis)
  const charges = answered(other)
  const tilt = answered(skew)
  const number = fromWeiNumber
  return {
    library,
    parameters: {
      scenarios: answered(scenarios).map(({ spotShock, volShock, dampeningFactor }) => ({
        spot: number(spotShock),
        weight: number(dampeningFactor),
        extended: false,
        ...shockOf(volShock, number(shocks.volRangeUp), number(shocks.volRangeDown)),
      })),
      volatilityShock: {
        shortPower: number(shocks.shortTermPower),
        longPower: number(shocks.longTermPower),
        floorDays: Number(shocks.dteFloor) / SECONDS_PER_DAY,
        upFloor: { value: number(shocks.minVolUpShock), of: 'shocked' },
      },
      skewShock: {
        linear: { cap: number(tilt.linearBaseCap), capPerRoot: number(tilt.linearCBase) },
        absolute: { cap: number(tilt.absBaseCap), capPerRoot: number(tilt.absCBase) },
        minimumWidth: number(tilt.minKStar),
        widthScale: number(tilt.widthScale),
        width: number(tilt.volParamStatic),
        widthPerRoot: number(tilt.volParamScale),
      },
      forward: {
        up: number(move.scenarioSpotUp),
        down: number(move.scenarioSpotDown),
        rate: number(move.basisContAddFactor),
        ratePerYear: number(move.basisContMultFactor),
      },
      factors: { maintenance: number(factors.mmFactor), initial: number(factors.imFactor) },
      depeg: {
        threshold: number(charges.pegLossThreshold),
        factor: number(charges.pegLossFactor),
      },
      confidence: {
        threshold: number(charges.confThreshold),
        margin: number(charges.confMargin),
      },
      static: {
        apply: 'added',
        both: {
          perp: number(charges.MMPerpPercent),
          base: 0,
          nakedShort: number(charges.MMOptionPercent),
        },
        initial: {
          perp: number(charges.IMPerpPercent),
          base: 0,
          nakedShort: number(charges.IMOptionPercent),
        },
      },
      discounted: true,
      gainDiscount: {
        base: number(factors.longBaseStaticDiscount),
        rateMultiplier: number(factors.longRateMultScale),
        rateAdd: number(factors.longRateAddScale),
      },
      lossDiscount: {
        base: number(factors.shortBaseStaticDiscount),
        rateMultiplier: number(factors.shortRateMultScale),
        rateAdd: number(factors.shortRateAddScale),
      },
    },
    collateral: Object.fromEntries(
      names.map((name, index) => {
        const answer = haircuts[index]
        const { isEnabled, isRiskCancelling, MMHaircut, IMHaircut } = answered(
          answer ?? missing(name),
        )
        if (!isEnabled) {
          throw new InvalidRuleError(
            `Derive's library ${library} does not accept ${name} as collateral. Read the account again; until then its margin is unknown.`,
          )
        }
        const haircut: CollateralHaircuts = {
          riskCancelling: isRiskCancelling,
          maintenanceHaircut: number(MMHaircut),
          initialHaircut: number(IMHaircut),
        }
        return [name, haircut]
      }),
    ),
  }
}

function answered<Value>(answer: Answer<Value>): Value {
  if (answer.ok) return answer.value
  throw answer.error
}

function missing(name: string): { readonly ok: false; readonly error: InvalidRuleError } {
  return {
    ok: false,
    error: new InvalidRuleError(`The haircuts of ${name} were not answered. Read again.`),
  }
}

/** What a scenario does to volatility: none, up, down, linear skew, absolute skew. */
function shockOf(
  direction: number,
  up: number,
  down: number,
): Pick<StressScenario, 'volatility' | 'skew'> {
  switch (direction) {
    case 0:
      return { volatility: 0, skew: 'none' }
    case 1:
      return { volatility: up, skew: 'none' }
    case 2:
      return { volatility: -down, skew: 'none' }
    case 3:
      return { volatility: 0, skew: 'linear' }
    case 4:
      return { volatility: 0, skew: 'absolute' }
    default:
      throw new InvalidRuleError(
        `Derive's manager names a shock of volatility ${direction}; 0 to 4 are known. Update the adapter.`,
      )
  }
}
