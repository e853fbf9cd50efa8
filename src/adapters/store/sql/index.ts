export { backupStore, migrateStore, restoreStore } from './keep-database.ts';
export { openStore } from './open-store.ts';
export {
  DEFAULT_RETENTION_KNOBS,
  type ForgetResult,
  type OpenStoreOptions,
  type PositionStore,
  type RetentionKnobs,
  type RetentionStore,
  type Store,
  type StoreKnobs,
  type StoreLocation,
  type StoreState,
} from './store.ts';
