export { createNativeFormat, DEFAULT_NATIVE_LIMITS, type NativeFormatLimits } from './native-format.ts';
