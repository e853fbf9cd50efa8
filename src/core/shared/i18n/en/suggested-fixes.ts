export const suggestedFixes = {};
