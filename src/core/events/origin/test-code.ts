import type { Frame } from '../event.ts';

const TEST_FOLDER = /(?:^|\/)(?:tests?|__tests__|__mocks__|testing|testutils?|testsupport|test-support|specs?|e2e)\//i;
const TEST_FILE =
  /(?:^|\/)(?:test_[^/]*\.py|[^/]*_test\.(?:py|go|rb|dart|exs?)|conftest\.py|[^/]*[._-](?:spec|test)\.[cm]?[jt]sx?|[^/]*_spec\.rb)$/;
const TEST_PACKAGE = /(?:^|[./])(?:tests?|testing|testutils?|testsupport)[./]/;
const TEST_CLASS = /^(?:Test[A-Z_]\w*|\w*(?:Test|Tests|TestCase|TestSuite|TestBase|TestUtils?|IT|Spec))$/;
const CLASS_LANGUAGE_FILE = /\.(?:java|kt|kts|scala|groovy|cs|fs|vb|php|swift)$/;

/**
 * Tells whether the frame is test code, by the naming rules of the usual test runners. Test code is application code, but it is
 * rarely where a crash comes from: it calls what fails.
 */
export function isTestCode(frame: Pick<Frame, 'file' | 'module' | 'origin'>): boolean {
  const path = frame.origin?.path ?? frame.file ?? '';
  if (TEST_FOLDER.test(path) || TEST_FILE.test(path)) return true;
  if (CLASS_LANGUAGE_FILE.test(path)) {
    const name = path.slice(path.lastIndexOf('/') + 1).replace(CLASS_LANGUAGE_FILE, '');
    if (TEST_CLASS.test(name)) return true;
  }
  if (frame.module === null) return false;
  const className = /(?:^|[.\\/:])([A-Za-z_]\w*)(?:\$.*)?$/.exec(frame.module.slice(-300))?.[1] ?? '';
  return TEST_PACKAGE.test(frame.module) || TEST_CLASS.test(className);
}
