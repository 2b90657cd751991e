import type { Profile } from './profile.js'
import {
  CRYPTO_BACKED_DOLLAR,
  CUSTODIAN,
  FIAT_RESERVES,
  LIQUID_RESTAKING,
  LIQUID_STAKING,
  STRATEGY_VAULT,
  SYNTHETIC_DOLLAR,
} from './severities.js'

/** The names of the profiles: symbols, where one is unambiguous. */
export type ProfileName =
  | 'ETH'
  | 'POL'
  | 'AVAX'
  | 'BNB'
  | 'xDAI'
  | 'WETH'
  | 'WPOL'
  | 'WAVAX'
  | 'WBNB'
  | 'WXDAI'
  | 'stETH'
  | 'wstETH'
  | 'cbETH'
  | 'rETH'
  | 'osETH'
  | 'ETHx'
  | 'stMATIC'
  | 'MaticX'
  | 'sAVAX'
  | 'weETH'
  | 'ezETH'
  | 'rsETH'
  | 'tETH'
  | 'USDC'
  | 'USDT'
  | 'PYUSD'
  | 'USDG'
  | 'USDP'
  | 'RLUSD'
  | 'FDUSD'
  | 'AUSD'
  | 'GUSD'
  | 'TUSD'
  | 'mUSD'
  | 'USDtb'
  | 'DAI'
  | 'USDS'
  | 'GHO'
  | 'LUSD'
  | 'crvUSD'
  | 'FRAX'
  | 'sUSD'
  | 'MAI'
  | 'USDe'
  | 'EURC'
  | 'EURS'
  | 'EURe'
  | 'EURA'
  | 'XAUt'
  | 'WBTC'
  | 'cbBTC'
  | 'tBTC'
  | 'LBTC'
  | 'FBTC'
  | 'eBTC'
  | 'BTCB'
  | 'BTC.b'
  | 'sDAI'
  | 'sUSDS'
  | 'sUSDe'
  | 'syrupUSDC'
  | 'syrupUSDT'
  | 'AAVE'
  | 'ARB'
  | 'BAL'
  | 'CAKE'
  | 'COMP'
  | 'CRV'
  | 'CVX'
  | 'EIGEN'
  | 'ENA'
  | 'ENS'
  | 'ETHFI'
  | 'FXS'
  | 'GMX'
  | 'GNO'
  | 'LDO'
  | 'LINK'
  | 'MKR'
  | 'MORPHO'
  | '1INCH'
  | 'OP'
  | 'PENDLE'
  | 'RPL'
  | 'SCR'
  | 'SKY'
  | 'SNX'
  | 'STG'
  | 'SUSHI'
  | 'UNI'
  | 'YFI'
  | 'KNC'
  | 'AERO'
  | 'GRT'

/**
 * What each listed asset is, whichever chain holds it. A peg is a factor of its own beside the
 * thing it is pegged to; a share of a vault carries the pegs of what is inside.
 */
export const PROFILES: { readonly [Name in ProfileName]: Profile } = {
  // Native coins and their wrapped forms
  ETH: { kind: 'native', factors: ['spot:ETH'], nodes: {} },
  POL: { kind: 'native', factors: ['spot:POL'], nodes: {} },
  AVAX: { kind: 'native', factors: ['spot:AVAX'], nodes: {} },
  BNB: { kind: 'native', factors: ['spot:BNB'], nodes: {} },
  xDAI: { kind: 'native', factors: ['peg:DAI/USD'], nodes: { 'issuer:sky': CRYPTO_BACKED_DOLLAR } },
  WETH: { kind: 'wrapped', factors: ['spot:ETH'], nodes: {} },
  WPOL: { kind: 'wrapped', factors: ['spot:POL'], nodes: {} },
  WAVAX: { kind: 'wrapped', factors: ['spot:AVAX'], nodes: {} },
  WBNB: { kind: 'wrapped', factors: ['spot:BNB'], nodes: {} },
  WXDAI: {
    kind: 'wrapped',
    factors: ['peg:DAI/USD'],
    nodes: { 'issuer:sky': CRYPTO_BACKED_DOLLAR },
  },
  // Liquid staking
  stETH: {
    kind: 'liquid-staking',
    factors: ['spot:ETH', 'peg:wstETH/ETH'],
    nodes: { 'issuer:lido': LIQUID_STAKING },
  },
  wstETH: {
    kind: 'liquid-staking',
    factors: ['spot:ETH', 'peg:wstETH/ETH'],
    nodes: { 'issuer:lido': LIQUID_STAKING },
  },
  cbETH: {
    kind: 'liquid-staking',
    factors: ['spot:ETH', 'peg:cbETH/ETH'],
    nodes: { 'issuer:coinbase': LIQUID_STAKING },
  },
  rETH: {
    kind: 'liquid-staking',
    factors: ['spot:ETH', 'peg:rETH/ETH'],
    nodes: { 'issuer:rocket-pool': LIQUID_STAKING },
  },
  osETH: {
    kind: 'liquid-staking',
    factors: ['spot:ETH', 'peg:osETH/ETH'],
    nodes: { 'issuer:stakewise': LIQUID_STAKING },
  },
  ETHx: {
    kind: 'liquid-staking',
    factors: ['spot:ETH', 'peg:ETHx/ETH'],
    nodes: { 'issuer:stader': LIQUID_STAKING },
  },
  stMATIC: {
    kind: 'liquid-staking',
    factors: ['spot:POL', 'peg:stMATIC/POL'],
    nodes: { 'issuer:lido': LIQUID_STAKING },
  },
  MaticX: {
    kind: 'liquid-staking',
    factors: ['spot:POL', 'peg:MaticX/POL'],
    nodes: { 'issuer:stader': LIQUID_STAKING },
  },
  sAVAX: {
    kind: 'liquid-staking',
    factors: ['spot:AVAX', 'peg:sAVAX/AVAX'],
    nodes: { 'issuer:benqi': LIQUID_STAKING },
  },
  // Liquid restaking
  weETH: {
    kind: 'liquid-restaking',
    factors: ['spot:ETH', 'peg:weETH/ETH'],
    nodes: { 'issuer:ether-fi': LIQUID_RESTAKING },
  },
  ezETH: {
    kind: 'liquid-restaking',
    factors: ['spot:ETH', 'peg:ezETH/ETH'],
    nodes: { 'issuer:renzo': LIQUID_RESTAKING },
  },
  rsETH: {
    kind: 'liquid-restaking',
    factors: ['spot:ETH', 'peg:rsETH/ETH'],
    nodes: { 'issuer:kelp': LIQUID_RESTAKING },
  },
  tETH: {
    kind: 'liquid-restaking',
    factors: ['spot:ETH', 'peg:tETH/ETH'],
    nodes: { 'issuer:treehouse': LIQUID_RESTAKING },
  },
  // Dollars
  USDC: { kind: 'stable', factors: ['peg:USDC/USD'], nodes: { 'issuer:circle': FIAT_RESERVES } },
  USDT: { kind: 'stable', factors: ['peg:USDT/USD'], nodes: { 'issuer:tether': FIAT_RESERVES } },
  PYUSD: { kind: 'stable', factors: ['peg:PYUSD/USD'], nodes: { 'issuer:paxos': FIAT_RESERVES } },
  USDG: { kind: 'stable', factors: ['peg:USDG/USD'], nodes: { 'issuer:paxos': FIAT_RESERVES } },
  USDP: { kind: 'stable', factors: ['peg:USDP/USD'], nodes: { 'issuer:paxos': FIAT_RESERVES } },
  RLUSD: { kind: 'stable', factors: ['peg:RLUSD/USD'], nodes: { 'issuer:ripple': FIAT_RESERVES } },
  FDUSD: {
    kind: 'stable',
    factors: ['peg:FDUSD/USD'],
    nodes: { 'issuer:first-digital': FIAT_RESERVES },
  },
  AUSD: { kind: 'stable', factors: ['peg:AUSD/USD'], nodes: { 'issuer:agora': FIAT_RESERVES } },
  GUSD: { kind: 'stable', factors: ['peg:GUSD/USD'], nodes: { 'issuer:gemini': FIAT_RESERVES } },
  TUSD: { kind: 'stable', factors: ['peg:TUSD/USD'], nodes: { 'issuer:trueusd': FIAT_RESERVES } },
  mUSD: {
    kind: 'stable',
    factors: ['peg:mUSD/USD'],
    nodes: { 'issuer:metamask-usd': FIAT_RESERVES },
  },
  USDtb: { kind: 'stable', factors: ['peg:USDtb/USD'], nodes: { 'issuer:ethena': FIAT_RESERVES } },
  DAI: { kind: 'stable', factors: ['peg:DAI/USD'], nodes: { 'issuer:sky': CRYPTO_BACKED_DOLLAR } },
  USDS: {
    kind: 'stable',
    factors: ['peg:USDS/USD'],
    nodes: { 'issuer:sky': CRYPTO_BACKED_DOLLAR },
  },
  GHO: {
    kind: 'stable',
    factors: ['peg:GHO/USD'],
    nodes: { 'issuer:aave-dao': CRYPTO_BACKED_DOLLAR },
  },
  LUSD: {
    kind: 'stable',
    factors: ['peg:LUSD/USD'],
    nodes: { 'issuer:liquity': CRYPTO_BACKED_DOLLAR },
  },
  crvUSD: {
    kind: 'stable',
    factors: ['peg:crvUSD/USD'],
    nodes: { 'issuer:curve': CRYPTO_BACKED_DOLLAR },
  },
  FRAX: {
    kind: 'stable',
    factors: ['peg:FRAX/USD'],
    nodes: { 'issuer:frax': CRYPTO_BACKED_DOLLAR },
  },
  sUSD: {
    kind: 'stable',
    factors: ['peg:sUSD/USD'],
    nodes: { 'issuer:synthetix': CRYPTO_BACKED_DOLLAR },
  },
  MAI: {
    kind: 'stable',
    factors: ['peg:MAI/USD'],
    nodes: { 'issuer:qidao': CRYPTO_BACKED_DOLLAR },
  },
  USDe: { kind: 'stable', factors: ['peg:USDe/USD'], nodes: { 'issuer:ethena': SYNTHETIC_DOLLAR } },
  // Euros and gold
  EURC: {
    kind: 'stable',
    factors: ['spot:EUR', 'peg:EURC/EUR'],
    nodes: { 'issuer:circle': FIAT_RESERVES },
  },
  EURS: {
    kind: 'stable',
    factors: ['spot:EUR', 'peg:EURS/EUR'],
    nodes: { 'issuer:stasis': FIAT_RESERVES },
  },
  EURe: {
    kind: 'stable',
    factors: ['spot:EUR', 'peg:EURe/EUR'],
    nodes: { 'issuer:monerium': FIAT_RESERVES },
  },
  EURA: {
    kind: 'stable',
    factors: ['spot:EUR', 'peg:EURA/EUR'],
    nodes: { 'issuer:angle': CRYPTO_BACKED_DOLLAR },
  },
  XAUt: {
    kind: 'token',
    factors: ['spot:XAU', 'peg:XAUt/XAU'],
    nodes: { 'issuer:tether': CUSTODIAN },
  },
  // Bitcoin in custody or behind signers
  WBTC: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:WBTC/BTC'],
    nodes: { 'issuer:bitgo': CUSTODIAN },
  },
  cbBTC: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:cbBTC/BTC'],
    nodes: { 'issuer:coinbase': CUSTODIAN },
  },
  tBTC: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:tBTC/BTC'],
    nodes: { 'issuer:threshold': CUSTODIAN },
  },
  LBTC: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:LBTC/BTC'],
    nodes: { 'issuer:lombard': CUSTODIAN },
  },
  FBTC: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:FBTC/BTC'],
    nodes: { 'issuer:fbtc': CUSTODIAN },
  },
  eBTC: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:eBTC/BTC'],
    nodes: { 'issuer:ether-fi': CUSTODIAN },
  },
  BTCB: {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:BTCB/BTC'],
    nodes: { 'issuer:binance': CUSTODIAN },
  },
  'BTC.b': {
    kind: 'wrapped',
    factors: ['spot:BTC', 'peg:BTC.b/BTC'],
    nodes: { 'issuer:btc.b': CUSTODIAN },
  },
  // Vault shares
  sDAI: {
    kind: 'vault-share',
    factors: ['peg:DAI/USD', 'peg:sDAI/DAI'],
    nodes: { 'issuer:sky': CRYPTO_BACKED_DOLLAR, 'vault:sDAI': STRATEGY_VAULT },
  },
  sUSDS: {
    kind: 'vault-share',
    factors: ['peg:USDS/USD', 'peg:sUSDS/USDS'],
    nodes: { 'issuer:sky': CRYPTO_BACKED_DOLLAR, 'vault:sUSDS': STRATEGY_VAULT },
  },
  sUSDe: {
    kind: 'vault-share',
    factors: ['peg:USDe/USD', 'peg:sUSDe/USDe'],
    nodes: { 'issuer:ethena': SYNTHETIC_DOLLAR, 'vault:sUSDe': STRATEGY_VAULT },
  },
  syrupUSDC: {
    kind: 'vault-share',
    factors: ['peg:USDC/USD', 'peg:syrupUSDC/USDC'],
    nodes: { 'issuer:circle': FIAT_RESERVES, 'vault:syrupUSDC': STRATEGY_VAULT },
  },
  syrupUSDT: {
    kind: 'vault-share',
    factors: ['peg:USDT/USD', 'peg:syrupUSDT/USDT'],
    nodes: { 'issuer:tether': FIAT_RESERVES, 'vault:syrupUSDT': STRATEGY_VAULT },
  },
  // Tokens
  AAVE: { kind: 'token', factors: ['spot:AAVE'], nodes: {} },
  ARB: { kind: 'token', factors: ['spot:ARB'], nodes: {} },
  BAL: { kind: 'token', factors: ['spot:BAL'], nodes: {} },
  CAKE: { kind: 'token', factors: ['spot:CAKE'], nodes: {} },
  COMP: { kind: 'token', factors: ['spot:COMP'], nodes: {} },
  CRV: { kind: 'token', factors: ['spot:CRV'], nodes: {} },
  CVX: { kind: 'token', factors: ['spot:CVX'], nodes: {} },
  EIGEN: { kind: 'token', factors: ['spot:EIGEN'], nodes: {} },
  ENA: { kind: 'token', factors: ['spot:ENA'], nodes: {} },
  ENS: { kind: 'token', factors: ['spot:ENS'], nodes: {} },
  ETHFI: { kind: 'token', factors: ['spot:ETHFI'], nodes: {} },
  FXS: { kind: 'token', factors: ['spot:FXS'], nodes: {} },
  GMX: { kind: 'token', factors: ['spot:GMX'], nodes: {} },
  GNO: { kind: 'token', factors: ['spot:GNO'], nodes: {} },
  LDO: { kind: 'token', factors: ['spot:LDO'], nodes: {} },
  LINK: { kind: 'token', factors: ['spot:LINK'], nodes: {} },
  MKR: { kind: 'token', factors: ['spot:MKR'], nodes: {} },
  MORPHO: { kind: 'token', factors: ['spot:MORPHO'], nodes: {} },
  '1INCH': { kind: 'token', factors: ['spot:1INCH'], nodes: {} },
  OP: { kind: 'token', factors: ['spot:OP'], nodes: {} },
  PENDLE: { kind: 'token', factors: ['spot:PENDLE'], nodes: {} },
  RPL: { kind: 'token', factors: ['spot:RPL'], nodes: {} },
  SCR: { kind: 'token', factors: ['spot:SCR'], nodes: {} },
  SKY: { kind: 'token', factors: ['spot:SKY'], nodes: {} },
  SNX: { kind: 'token', factors: ['spot:SNX'], nodes: {} },
  STG: { kind: 'token', factors: ['spot:STG'], nodes: {} },
  SUSHI: { kind: 'token', factors: ['spot:SUSHI'], nodes: {} },
  UNI: { kind: 'token', factors: ['spot:UNI'], nodes: {} },
  YFI: { kind: 'token', factors: ['spot:YFI'], nodes: {} },
  KNC: { kind: 'token', factors: ['spot:KNC'], nodes: {} },
  AERO: { kind: 'token', factors: ['spot:AERO'], nodes: {} },
  GRT: { kind: 'token', factors: ['spot:GRT'], nodes: {} },
}
