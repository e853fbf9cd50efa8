export { canonicalJson } from './canonical-json.ts';
export { type AuditEntry, type ChainedEntry, chainEntry, genesisOf, hashEntry, type Trail } from './chain.ts';
export { type Checkpoint, isGenuine, makeSigningKey, type SigningKey, signingKeyOf } from './checkpoint.ts';
export { openSigningKey } from './signing-key-file.ts';
export {
  createVerifier,
  type Finding,
  type NotExcluded,
  type Verdict,
  type Verifier,
  type VerifierOptions,
} from './verify.ts';
