export type {
  AaveV3Asset,
  AaveV3EMode,
  AaveV3Venue,
  LocalAaveV3,
  LocalAaveV3Asset,
} from './aave-v3.js'
export { aaveV30Artifacts, deployAaveV30 } from './aave-v3-0.js'
export { aaveV36Artifacts, deployAaveV36 } from './aave-v3-6.js'
export {
  type Artifact,
  type ArtifactSource,
  type LinkReferences,
  link,
  packageFolder,
  shippedArtifacts,
} from './artifact.js'
export { type CompileOptions, compiledArtifacts } from './compile.js'
export { ArtifactError, DeploymentError } from './errors.js'
export {
  deployMorphoBlue,
  type LocalMorphoBlue,
  type LocalMorphoBlueMarket,
  type MorphoBlueMarket,
  type MorphoBlueParams,
  type MorphoBlueVenue,
  morphoBlueArtifacts,
} from './morpho-blue.js'
