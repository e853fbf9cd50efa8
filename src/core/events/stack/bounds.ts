/** How much of one trace is kept. */
export interface StackBounds {
  /** Exceptions of one trace. The raised one and the root cause are always among them. */
  exceptions: number;
  /** Frames of one exception; the crash end is kept. */
  frames: number;
}

/**
 * 50 exceptions: the deepest chains seen in practice have about 12, wide groups 15 (Python's own limit).
 * 250 frames: a web framework's longest path has about 120; what lies deeper is recursion.
 */
export const DEFAULT_STACK_BOUNDS: StackBounds = { exceptions: 50, frames: 250 };

/**
 * Frames that one trace may gain from what runtimes leave out ("... 12 more", "repeated 996 more times"): without
 * it, a few hostile lines would grow into millions of frames.
 */
export const EXPANDED_FRAMES = DEFAULT_STACK_BOUNDS.exceptions * DEFAULT_STACK_BOUNDS.frames;
