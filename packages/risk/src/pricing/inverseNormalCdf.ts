import { logarithmAt } from './log.js'

// Written and read within one synchronous call.
const place: Float64Array = /* @__PURE__ */ new Float64Array(1)

/**
 * The z with Φ(z) = p, to about 1e-15 relative; −Infinity at 0, Infinity at 1, NaN outside [0, 1].
 * Rational approximations on three intervals: M. J. Wichura, Algorithm AS 241, Appl. Stat. 37 (1988),
 * 477–484 (PPND16).
 *
 * @example
 * inverseNormalCdf(0.025) // -1.9599639845400543
 */
export function inverseNormalCdf(p: number): number {
  place[0] = p
  inverseAt(place, 0)
  return place[0] ?? NaN
}

/** Puts {@link inverseNormalCdf} of each value in its place, without allocation. */
export function inverseNormalCdfs(values: Float64Array): void {
  for (let index = 0; index < values.length; index++) inverseAt(values, index)
}

// In place, as all below: a number that is passed or returned is boxed where an engine does not inline
// the call.
function inverseAt(values: Float64Array, index: number): void {
  const p = values[index] ?? NaN
  const q = p - 0.5
  if (q >= -0.425 && q <= 0.425) central(values, index)
  else if (p > 0 && p < 1) tail(values, index)
  else values[index] = p === 0 ? -Infinity : p === 1 ? Infinity : NaN
}

function tail(values: Float64Array, index: number): void {
  const p = values[index] ?? NaN
  const isLower = p < 0.5
  values[index] = isLower ? p : 1 - p
  logarithmAt(values, index)
  const r = Math.sqrt(-(values[index] ?? NaN))
  values[index] = r
  if (r <= 5) middle(values, index)
  else far(values, index)
  if (isLower) values[index] = -(values[index] ?? NaN)
}

function central(values: Float64Array, index: number): void {
  const q = (values[index] ?? NaN) - 0.5
  const r = 0.180625 - q * q
  let n = 2509.0809287301227 * r + 33430.57558358813
  n = n * r + 67265.7709270087
  n = n * r + 45921.95393154987
  n = n * r + 13731.69376550946
  n = n * r + 1971.5909503065513
  n = n * r + 133.14166789178438
  n = n * r + 3.3871328727963665
  let d = 5226.495278852854 * r + 28729.085735721943
  d = d * r + 39307.89580009271
  d = d * r + 21213.794301586597
  d = d * r + 5394.196021424751
  d = d * r + 687.1870074920579
  d = d * r + 42.31333070160091
  d = d * r + 1
  values[index] = q * (n / d)
}

function middle(values: Float64Array, index: number): void {
  const r = (values[index] ?? NaN) - 1.6
  let n = 7.745450142783414e-4 * r + 0.022723844989269184
  n = n * r + 0.2417807251774506
  n = n * r + 1.2704582524523684
  n = n * r + 3.6478483247632045
  n = n * r + 5.769497221460691
  n = n * r + 4.630337846156546
  n = n * r + 1.4234371107496835
  let d = 1.0507500716444169e-9 * r + 5.475938084995345e-4
  d = d * r + 0.015198666563616457
  d = d * r + 0.14810397642748008
  d = d * r + 0.6897673349851
  d = d * r + 1.6763848301838038
  d = d * r + 2.053191626637759
  d = d * r + 1
  values[index] = n / d
}

function far(values: Float64Array, index: number): void {
  const r = (values[index] ?? NaN) - 5
  let n = 2.0103343992922881e-7 * r + 2.7115555687434876e-5
  n = n * r + 0.0012426609473880784
  n = n * r + 0.026532189526576124
  n = n * r + 0.29656057182850487
  n = n * r + 1.7848265399172913
  n = n * r + 5.463784911164114
  n = n * r + 6.657904643501103
  let d = 2.0442631033899397e-15 * r + 1.4215117583164459e-7
  d = d * r + 1.8463183175100548e-5
  d = d * r + 7.868691311456133e-4
  d = d * r + 0.014875361290850615
  d = d * r + 0.1369298809227358
  d = d * r + 0.599832206555888
  d = d * r + 1
  values[index] = n / d
}
