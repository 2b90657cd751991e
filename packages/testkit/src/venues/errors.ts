import { PlimsollError } from '@plimsoll/model'

/** A contract package, artifact or compiler that a local venue needs is missing or does not fit. */
export class ArtifactError extends PlimsollError {
  override readonly name = 'ArtifactError'
}

/** A transaction that deploys or configures a local venue reverted. */
export class DeploymentError extends PlimsollError {
  override readonly name = 'DeploymentError'
}
