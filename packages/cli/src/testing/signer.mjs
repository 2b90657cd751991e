// A signer for tests.
export default async () => ({ authorization: 'top-secret' })
