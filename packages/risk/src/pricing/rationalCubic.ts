/** Two points of a curve with their slopes, for interpolation between them. */
export type CubicNodes = {
  /** Distance of the two abscissae. */
  readonly width: number
  readonly left: number
  readonly leftSlope: number
  readonly right: number
  readonly rightSlope: number
}

/** Where the control is larger than this the rational cubic is a straight line to double precision. */
const LINEAR = 1e15

/**
 * Value of the rational cubic with control r (≥ −1) at a share s of the way from left to right, with
 * 1 − s given apart, so that it keeps its digits near the right end
 * (R. Delbourgo & J. A. Gregory, Shape preserving piecewise rational interpolation, 1985).
 */
export function rationalCubic(
  { width, left, leftSlope, right, rightSlope }: CubicNodes,
  r: number,
  s: number,
  rest: number,
): number {
  if (!(r < LINEAR)) return left * rest + right * s
  const numerator =
    right * s * s * s +
    (r * right - width * rightSlope) * s * s * rest +
    (r * left + width * leftSlope) * s * rest * rest +
    left * rest * rest * rest
  return numerator / (1 + (r - 3) * s * rest)
}

/** The control that gives the curve a second derivative at the left end, and keeps its shape. */
export function controlAtLeft(nodes: CubicNodes, second: number): number {
  const { width, left, right, leftSlope, rightSlope } = nodes
  const chord = (right - left) / width
  return shaped(nodes, (0.5 * width * second + rightSlope - leftSlope) / (chord - leftSlope))
}

/** The control that gives the curve a second derivative at the right end, and keeps its shape. */
export function controlAtRight(nodes: CubicNodes, second: number): number {
  const { width, left, right, leftSlope, rightSlope } = nodes
  const chord = (right - left) / width
  return shaped(nodes, (0.5 * width * second + rightSlope - leftSlope) / (rightSlope - chord))
}

/** Raises a control to where a monotone and convex (or concave) curve stays so; NaN is a line. */
function shaped(nodes: CubicNodes, r: number): number {
  const { width, left, right, leftSlope, rightSlope } = nodes
  const chord = (right - left) / width
  const bend = Math.abs(rightSlope - leftSlope)
  const monotone = Math.abs((leftSlope + rightSlope) / chord)
  const convex = Math.max(bend / Math.abs(rightSlope - chord), bend / Math.abs(chord - leftSlope))
  const control = Math.max(r, monotone, convex)
  return Number.isNaN(control) ? Infinity : control
}
