export { createNativeFormat, type NativeFormatLimits } from './native-format.ts';
